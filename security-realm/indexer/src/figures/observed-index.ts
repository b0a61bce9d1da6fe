import { paddedCount } from '../batches/padded-count.ts';
import type { RandomSource } from '../tokens/random-source.ts';

/** What a room says, as the terms of its messages in order. */
export type RoomTerms = readonly (readonly string[])[];

/** How an index is made, as far as it shows. */
export type Scheme = {
  /** Postings of a term that share a token; `Infinity`: all of them. */
  readonly bucket: number;
  /** Random tokens more for each message (R393). */
  readonly noise: number;
  /** Messages are filled up to 4, 8, 16, … tokens. */
  readonly padding: boolean;
  /** A term that was searched goes on with another token. */
  readonly searchedBuckets: boolean;
};

/** Terms that are searched when so many messages are indexed. */
export type Searches = { readonly after: number; readonly terms: readonly string[] };

/** A room's index as the core sees it: tokens are numbers, and equal where the core's are. */
export type ObservedIndex = {
  readonly documents: readonly (readonly number[])[];
  /** For each search the tokens that it asked for, which its asker thereby says to be one term's. */
  readonly searches: readonly (readonly number[])[];
};

/** What the tokens stand for, null for those that mean nothing: known to who measures, not to who attacks. */
export type Truth = readonly (string | null)[];

type Line = { token: number; held: number; readonly tokens: number[] };

/** The index that a scheme makes of a room, with tokens that are numbered instead of computed. */
export function observe(
  room: RoomTerms,
  scheme: Scheme,
  random: RandomSource,
  searched: Searches = { after: room.length, terms: [] },
): { index: ObservedIndex; truth: Truth } {
  const truth: (string | null)[] = [];
  const lines = new Map<string, Line>();
  const searches: number[][] = [];
  const search = () => {
    for (const term of searched.terms) {
      const line = lines.get(term);
      searches.push([...(line?.tokens ?? [])]);
      if (line !== undefined && scheme.searchedBuckets) line.held = Number.POSITIVE_INFINITY;
    }
  };
  const documents = room.map((terms, at) => {
    if (at === searched.after) search();
    const tokens = [...new Set(terms)].map((term) => tokenOf(term, scheme.bucket, lines, truth));
    const size = (scheme.padding ? paddedCount(tokens.length) : tokens.length) + scheme.noise;
    while (tokens.length < size) tokens.push(truth.push(null) - 1);
    random.mix(tokens);
    return tokens;
  });
  if (searched.after >= room.length) search();
  return { index: { documents, searches }, truth };
}

function tokenOf(term: string, bucket: number, lines: Map<string, Line>, truth: (string | null)[]): number {
  const line = lines.get(term) ?? { token: -1, held: Number.POSITIVE_INFINITY, tokens: [] };
  lines.set(term, line);
  if (line.token < 0 || line.held >= bucket) {
    line.token = truth.push(term) - 1;
    line.tokens.push(line.token);
    line.held = 0;
  }
  line.held += 1;
  return line.token;
}
