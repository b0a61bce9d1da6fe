import type { Labels } from './attack-by-frequency.ts';
import type { Auxiliary } from './auxiliary.ts';
import type { ObservedIndex, RoomTerms } from './observed-index.ts';
import { sightings } from './sightings.ts';

/** How many messages the language at large counts for, beside those that are known. */
const PRIOR = 10;
/** For a term that nobody has said elsewhere. */
const RARE = 1e-5;

type Suspect = {
  readonly tokens: readonly number[];
  readonly places: readonly number[];
  readonly known: readonly number[];
};

/**
 * An attacker who knows what some of the messages say, and how the index is made. A token stands for a term only if, from its first
 * message to its last, it is in all of the known messages that say the term and in no others; of several such terms it is the one that is
 * about as frequent; and in each known message a term has one token. Tokens that one search asked for are one term's. Who has been seen
 * in most of the known messages is decided first.
 */
export function attackByKnownDocuments(
  index: ObservedIndex,
  room: RoomTerms,
  known: ReadonlySet<number>,
  auxiliary: Auxiliary,
): Labels {
  const saying = new Map<string, number[]>();
  for (const at of [...known].sort((a, b) => a - b)) {
    for (const term of new Set(room[at])) {
      const places = saying.get(term);
      if (places === undefined) saying.set(term, [at]);
      else places.push(at);
    }
  }
  const rate = (term: string) =>
    ((saying.get(term)?.length ?? 0) + PRIOR * (auxiliary.get(term) ?? RARE)) / (known.size + PRIOR);
  const used = new Set<string>();
  const labels = new Map<number, string>();
  for (const suspect of suspects(index, known)) {
    const [first = 0] = suspect.places;
    const last = suspect.places.at(-1) ?? first;
    const dense = Math.log(suspect.places.length / (last - first + 1));
    const sparse = Math.log(suspect.places.length / (index.documents.length - first));
    let best: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const term of new Set(room[suspect.known[0] ?? -1])) {
      const within = (saying.get(term) ?? []).filter((at) => at >= first && at <= last);
      const fits = within.length === suspect.known.length && within.every((at, place) => at === suspect.known[place]);
      if (!fits || within.some((at) => used.has(`${at} ${term}`))) continue;
      const expected = Math.log(rate(term));
      const distance = Math.max(0, expected - dense, sparse - expected);
      const tie = Math.abs(expected - (dense + sparse) / 2) / 1000;
      if (distance + tie < least) {
        least = distance + tie;
        best = term;
      }
    }
    if (best === undefined) continue;
    for (const at of suspect.known) used.add(`${at} ${best}`);
    for (const token of suspect.tokens) labels.set(token, best);
  }
  return labels;
}

/** Tokens, or those that a search has linked, which stand in known messages. */
function suspects(index: ObservedIndex, known: ReadonlySet<number>): Suspect[] {
  const seen = sightings(index);
  const linked = index.searches
    .map((tokens) => tokens.filter((token) => seen.has(token)))
    .filter(({ length }) => length > 0);
  const inSearches = new Set(linked.flat());
  const alone = [...seen.keys()].filter((token) => !inSearches.has(token)).map((token) => [token]);
  return [...distinct(linked), ...alone]
    .map((tokens) => {
      const places = [...new Set(tokens.flatMap((token) => seen.get(token) ?? []))].sort((a, b) => a - b);
      return { tokens, places, known: places.filter((at) => known.has(at)) };
    })
    .filter((suspect) => suspect.known.length > 0)
    .sort((a, b) => b.known.length - a.known.length || b.places.length - a.places.length);
}

const distinct = (lists: readonly (readonly number[])[]): (readonly number[])[] => [
  ...new Map(lists.map((list) => [list.join(), list])).values(),
];
