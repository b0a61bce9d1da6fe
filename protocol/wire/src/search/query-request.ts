import * as z from 'zod/mini';
import type { QueryId, RoomId, UserId } from '../ids.ts';
import { compactJwe } from '../json/compact.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { list, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import { indexState } from './index-answers.ts';
import { maxGenerations, maxQueriesTaken, maxSealedQuery } from './limits.ts';

const queryRequest = z.object({
  id: uuid<QueryId>(),
  encryptionKeyUrl: instanceUriOf('keys'),
  /** Under a key of the asker's own (R395): only their indexer opens it. */
  sealed: compactJwe(maxSealedQuery),
});

const queryToPlan = z.object({
  ...queryRequest.shape,
  userId: uuid<UserId>(),
  rooms: z.array(z.object({ roomId: uuid<RoomId>(), generations: list(indexState, maxGenerations) })),
});

const queriesToPlan = z.object({ items: list(queryToPlan, maxQueriesTaken) });

/** `POST /search/v1/queries`: what somebody looks for, as the core sees it. */
export type QueryRequest = z.infer<typeof queryRequest>;
/** The same for the indexer, with the rooms that the asker may read, the one with the newest entry first. */
export type QueryToPlan = z.infer<typeof queryToPlan>;

const maxQueriesBytes = 64 * 1024 * 1024;

/** @throws CloisterError with a `wire/…` code */
export const parseQueryRequest = (input: Untrusted): QueryRequest =>
  parseWith(queryRequest, input, maxSealedQuery + 4096);

/** `GET /search/v1/queries`. @throws CloisterError with a `wire/…` code */
export const parseQueriesToPlan = (input: Untrusted): readonly QueryToPlan[] =>
  parseWith(queriesToPlan, input, maxQueriesBytes).items;
