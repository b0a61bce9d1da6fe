import { CloisterError } from '@cloister/wire';
import { firstCodePoints } from '../text/first-code-points.ts';
import { daysIn } from './days.ts';
import { maxQueryDepth, maxQueryLength, maxQueryParts } from './limits.ts';
import type { ParsedNode, ParsedQuery } from './parsed-query.ts';
import { isPart, type QueryToken } from './query-token.ts';
import { type Asked, readPart } from './read-part.ts';
import { readTokens } from './read-tokens.ts';

/**
 * A query as typed, read at `now` (ms) in a time zone such as `Europe/Zurich`. Every text has some reading; only its size is bounded.
 * @throws CloisterError `search/too-long`, `search/too-many-parts`, `search/too-deep` or `search/unknown-time-zone`
 */
export const parseQuery = (
  text: string,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): ParsedQuery => {
  const days = daysIn(timeZone);
  if (firstCodePoints(text, maxQueryLength).length < text.length) throw new CloisterError('search/too-long');
  const tokens = readTokens(text);
  if (tokens.filter(isPart).length > maxQueryParts) throw new CloisterError('search/too-many-parts');
  const reader: Reader = { tokens, at: 0, depth: 0, asked: { days, now, text } };
  return { root: readEither(reader), tokens };
};

interface Reader {
  readonly tokens: readonly QueryToken[];
  readonly asked: Asked;
  at: number;
  depth: number;
}

/** Up to the end of the bracket: what stands on the sides of `OR`. */
const readEither = (reader: Reader): ParsedNode | null => {
  const sides = [readAll(reader)];
  while (reader.tokens[reader.at]?.kind === 'or') {
    reader.at += 1;
    sides.push(readAll(reader));
  }
  return joined('or', sides);
};

/** What must all be found. Filters `from:` side by side mean any of them, and so `in:`. */
const readAll = (reader: Reader): ParsedNode | null => {
  const all: (ParsedNode | null)[] = [];
  const people: ParsedNode[] = [];
  const rooms: ParsedNode[] = [];
  let isExcluded = false;
  for (let token = reader.tokens[reader.at]; token !== undefined; token = reader.tokens[reader.at]) {
    if (token.kind === 'or' || (token.kind === 'close' && reader.depth > 0)) break;
    reader.at += 1;
    if (token.kind === 'not') isExcluded = !isExcluded;
    if (token.kind === 'not' || token.kind === 'close') continue;
    const node = isPart(token) ? readPart(token, reader.asked) : readBrackets(reader);
    if (isPart(token) && node?.kind === 'from' && !isExcluded) people.push(node);
    else if (isPart(token) && node?.kind === 'in' && !isExcluded) rooms.push(node);
    else all.push(isExcluded && node !== null ? { kind: 'not', of: node } : node);
    isExcluded = false;
  }
  return joined('and', [...all, joined('or', people), joined('or', rooms)]);
};

const readBrackets = (reader: Reader): ParsedNode | null => {
  reader.depth += 1;
  if (reader.depth > maxQueryDepth) throw new CloisterError('search/too-deep');
  const inside = readEither(reader);
  reader.depth -= 1;
  // The bracket that closes, or the end of the query.
  reader.at += 1;
  return inside;
};

const joined = (kind: 'and' | 'or', nodes: readonly (ParsedNode | null)[]): ParsedNode | null => {
  const of = nodes.filter((node) => node !== null);
  return of.length > 1 ? { kind, of } : (of[0] ?? null);
};
