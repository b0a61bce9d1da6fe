import type { ObservedIndex } from './observed-index.ts';

/** The messages in which each token stands, in order. */
export function sightings({ documents }: ObservedIndex): Map<number, number[]> {
  const seen = new Map<number, number[]>();
  documents.forEach((tokens, at) => {
    for (const token of tokens) {
      const places = seen.get(token);
      if (places === undefined) seen.set(token, [at]);
      else places.push(at);
    }
  });
  return seen;
}
