import type { Labels } from './attack-by-frequency.ts';
import type { ObservedIndex, RoomTerms, Truth } from './observed-index.ts';
import { sightings } from './sightings.ts';

/** Which share of all postings that mean something, in the messages that `counts` names, an attacker has labelled correctly. */
export function recoveredMass(
  { documents }: ObservedIndex,
  truth: Truth,
  labels: Labels,
  isSame: (a: string, b: string) => boolean,
  counts: (at: number) => boolean,
): number {
  let real = 0;
  let right = 0;
  documents.forEach((tokens, at) => {
    if (!counts(at)) return;
    for (const token of tokens) {
      const term = truth[token] ?? null;
      if (term === null) continue;
      real += 1;
      const label = labels.get(token);
      if (label !== undefined && isSame(label, term)) right += 1;
    }
  });
  return real === 0 ? 0 : right / real;
}

/** Of the 20 terms that are said most often: which share of their postings is labelled correctly, each term counting as much. */
export function recoveredTop(
  index: ObservedIndex,
  truth: Truth,
  labels: Labels,
  isSame: (a: string, b: string) => boolean,
): number {
  const terms = new Map<string, { said: number; right: number }>();
  for (const [token, places] of sightings(index)) {
    const term = truth[token] ?? null;
    if (term === null) continue;
    const count = terms.get(term) ?? { said: 0, right: 0 };
    const label = labels.get(token);
    count.said += places.length;
    if (label !== undefined && isSame(label, term)) count.right += places.length;
    terms.set(term, count);
  }
  const top = [...terms.values()].sort((a, b) => b.said - a.said).slice(0, 20);
  return top.reduce((sum, { said, right }) => sum + right / said, 0) / Math.max(1, top.length);
}

/** Terms that stand in the same messages, as a word and its stem do, cannot be told apart by anybody, and say the same. */
export function sameTerms(room: RoomTerms): (a: string, b: string) => boolean {
  const places = new Map<string, number[]>();
  room.forEach((terms, at) => {
    for (const term of new Set(terms)) {
      const list = places.get(term);
      if (list === undefined) places.set(term, [at]);
      else list.push(at);
    }
  });
  const names = new Map([...places].map(([term, list]) => [term, list.join()]));
  return (a, b) => a === b || (names.has(a) && names.get(a) === names.get(b));
}
