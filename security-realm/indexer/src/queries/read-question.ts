import { parseResolvedQuery, type Query } from '@cloister/search-terms';
import {
  base64url,
  CloisterError,
  isUuid,
  maxSealedQuery,
  parseWith,
  type QueryId,
  type RoomId,
  type UserId,
  unpackUuids,
} from '@cloister/wire';
import * as z from 'zod/mini';

/** What a person asks their indexer, opened. */
export type Question = {
  readonly id: QueryId;
  readonly userId: UserId;
  /** When, by the asker's clock. */
  readonly issuedAt: number;
} & (
  | { readonly kind: 'search'; readonly rooms: ReadonlySet<RoomId>; readonly query: Query }
  | { readonly kind: 'figures' }
);

const head = {
  v: z.literal(1),
  id: z.custom<QueryId>(isUuid),
  userId: z.custom<UserId>(isUuid),
  issuedAt: z.int().check(z.gte(0)),
};
const question = z.union([
  z.strictObject({ ...head, figures: z.literal(true) }),
  z.strictObject({ ...head, rooms: z.custom<string>(base64url.is), query: z.unknown() }),
]);

/**
 * Reads what was sealed (wires.md §14, "Sealed query").
 * @throws CloisterError `wire/…`, or a limit of `search/…`
 */
export function readQuestion(text: string): Question {
  const { v: _, ...read } = parseWith(question, text, maxSealedQuery);
  if ('figures' in read) return { id: read.id, userId: read.userId, issuedAt: read.issuedAt, kind: 'figures' };
  const rooms = new Set(unpackUuids<RoomId>(base64url.decode(read.rooms)));
  if (read.query === undefined) throw new CloisterError('wire/invalid-message', { detail: 'member query' });
  const query = parseResolvedQuery(JSON.stringify(read.query));
  return { id: read.id, userId: read.userId, issuedAt: read.issuedAt, kind: 'search', rooms, query };
}
