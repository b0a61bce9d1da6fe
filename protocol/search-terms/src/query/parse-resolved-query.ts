import { CloisterError, checkWith, isUuid, type RoomId, readJson, type Untrusted, type UserId } from '@cloister/wire';
import * as z from 'zod/mini';
import { hasWhat } from '../has.ts';
import { firstCodePoints } from '../text/first-code-points.ts';
import { fold } from '../text/fold.ts';
import { pieces } from '../text/pieces.ts';
import { maxNamed, maxQueryLength, maxQueryParts, maxResolvedDepth } from './limits.ts';
import type { Query, QueryLeaf, QueryNode } from './query.ts';

/** A query names at most every room of its asker, which the sealed query does already. */
const maxBytes = 1024 * 1024;

const ids = <T extends string>() => z.array(z.custom<T>(isUuid)).check(z.minLength(1), z.maxLength(maxNamed));
const moment = z.int().check(z.minimum(-8.64e15), z.maximum(8.64e15));

const leaf = z.union([
  z.strictObject({ text: z.string(), quoted: z.boolean() }),
  z.strictObject({ from: ids<UserId>() }),
  z.strictObject({ in: ids<RoomId>() }),
  z.strictObject({ has: z.enum(hasWhat) }),
  z.strictObject({ sent: z.strictObject({ from: z.exactOptional(moment), until: z.exactOptional(moment) }) }),
]);

/**
 * A resolved query from untrusted JSON, within the bounds of docs/search.md.
 * @throws CloisterError `wire/invalid-message`, `wire/invalid-json`, `wire/too-large`, or a limit of `search/…`
 */
export const parseResolvedQuery = (input: Untrusted): Query => {
  const value = readJson(input, maxBytes);
  if (value === null) return null;
  return readNode(value, maxResolvedDepth, { parts: maxQueryParts, length: maxQueryLength });
};

interface Budget {
  parts: number;
  length: number;
}

const readNode = (value: unknown, depth: number, budget: Budget): QueryNode => {
  if (!Array.isArray(value)) return readLeaf(value, budget);
  if (depth === 0) throw new CloisterError('search/too-deep');
  const [kind, ...rest] = value as readonly unknown[];
  // Before the recursion: a thousand empty operators are as wrong as one.
  if (rest.length === 0 || rest.length > maxQueryParts) throw refused();
  const [first, ...others] = rest.map((inner) => readNode(inner, depth - 1, budget));
  if (first !== undefined && (kind === 'and' || kind === 'or')) return [kind, first, ...others];
  if (first !== undefined && kind === 'not' && others.length === 0) return ['not', first];
  throw refused();
};

const readLeaf = (value: unknown, budget: Budget): QueryLeaf => {
  const read: QueryLeaf = checkWith(leaf, value);
  budget.parts -= 1;
  if (budget.parts < 0) throw new CloisterError('search/too-many-parts');
  if ('text' in read) {
    if (firstCodePoints(read.text, budget.length).length < read.text.length) throw new CloisterError('search/too-long');
    budget.length -= [...read.text].length;
    if (pieces(fold(read.text)).length === 0) throw refused();
  }
  return read;
};

const refused = (): CloisterError => new CloisterError('wire/invalid-message', { detail: 'member query' });
