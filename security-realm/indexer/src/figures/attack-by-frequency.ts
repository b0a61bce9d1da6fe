import type { Auxiliary } from './auxiliary.ts';
import type { ObservedIndex } from './observed-index.ts';
import { sightings } from './sightings.ts';

/** What an attacker believes tokens to stand for. */
export type Labels = ReadonlyMap<number, string>;

const falling = <T>(list: Iterable<readonly [T, number]>): T[] =>
  [...list].sort(([, a], [, b]) => b - a).map(([item]) => item);

/** The most frequent token is the most frequent term elsewhere, the next one the next, and so on. */
export function attackByRank(index: ObservedIndex, auxiliary: Auxiliary): Labels {
  const terms = falling(auxiliary);
  const tokens = falling([...sightings(index)].map(([token, places]) => [token, places.length] as const));
  return new Map(tokens.slice(0, terms.length).map((token, rank) => [token, terms[rank] ?? '']));
}

/**
 * The same by somebody who knows of buckets: a token is as frequent as it is dense between its first and its last message, and a term
 * that is said often has many tokens.
 */
export function attackByDensity(index: ObservedIndex, auxiliary: Auxiliary, bucket: number): Labels {
  const messages = index.documents.length;
  const dense = falling(
    [...sightings(index)].map(([token, places]) => {
      const isFull = places.length >= Math.min(bucket, messages);
      // The last bucket of a term is open: nothing was said between its last posting and the end.
      const span = isFull ? (places.at(-1) ?? 0) - (places[0] ?? 0) + 1 : messages - (places[0] ?? 0);
      return [token, places.length / span] as const;
    }),
  );
  const labels = new Map<number, string>();
  let at = 0;
  for (const term of falling(auxiliary)) {
    const tokens = Math.max(1, Math.round(((auxiliary.get(term) ?? 0) * messages) / bucket));
    for (const token of dense.slice(at, at + tokens)) labels.set(token, term);
    at += tokens;
    if (at >= dense.length) break;
  }
  return labels;
}
