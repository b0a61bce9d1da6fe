import { type Queries, sql } from '@cloister/database';
import type { OperationKind } from '@cloister/wire';
import type { Sealed } from '../keys/key-vault.ts';

/** What was asked and what became of it. A row of kind `closed` refuses its operation for good. */
export type OperationRow = {
  readonly operationId: string;
  readonly organisationId: string;
  readonly personId: string;
  readonly kind: OperationKind | 'message' | 'closed';
  readonly roomId: string | null;
  readonly resourceId: string | null;
  /** SHA-256 of the asking client's id, its requestId and the hash of what it asked; null where nothing was applied. */
  readonly clientDigest: Buffer | null;
  readonly requestId: string | null;
  readonly fingerprint: Buffer | null;
  readonly status: number;
  readonly receipt: string | null;
} & (Sealed | { readonly kekId: null; readonly kekVersion: null; readonly sealed: null; readonly commitment: null });

/** The result columns of an operation that has none. */
export const noResult = { kekId: null, kekVersion: null, sealed: null, commitment: null } as const;

const columns = sql`operation_id as "operationId", organisation_id as "organisationId", person_id as "personId", kind,
  room_id as "roomId", resource_id as "resourceId", client_digest as "clientDigest", request_id as "requestId",
  fingerprint, status, receipt, kek_id as "kekId", kek_version as "kekVersion", result as sealed, commitment`;

export const findOperation = (queries: Queries, operationId: string): Promise<OperationRow | null> =>
  queries.maybe(sql.prepared<OperationRow>`select ${columns} from operation where operation_id = ${operationId}`);

export const findRequest = (
  queries: Queries,
  { personId, clientDigest, requestId }: { personId: string; clientDigest: Buffer; requestId: string },
): Promise<OperationRow | null> =>
  queries.maybe(sql.prepared<OperationRow>`select ${columns} from operation
    where person_id = ${personId} and client_digest = ${clientDigest} and request_id = ${requestId}`);

/**
 * False when the operation, or its request, is there already. A concurrent copy waits here until the first one's
 * transaction has ended.
 */
export const insertOperation = async (queries: Queries, row: OperationRow, now: Date): Promise<boolean> => {
  const inserted =
    await queries.execute(sql.prepared`insert into operation (operation_id, organisation_id, person_id, kind,
      room_id, resource_id, client_digest, request_id, fingerprint, status, kek_id, kek_version, result, commitment,
      receipt, created_at)
    values (${row.operationId}, ${row.organisationId}, ${row.personId}, ${row.kind}, ${row.roomId}, ${row.resourceId},
      ${row.clientDigest}, ${row.requestId}, ${row.fingerprint}, ${row.status}, ${row.kekId}, ${row.kekVersion},
      ${row.sealed}, ${row.commitment}, ${row.receipt}, ${now})
    on conflict do nothing`);
  return inserted === 1;
};

/** Completes the row that `insertOperation` placed before the work was done. */
export const completeOperation = (
  queries: Queries,
  operationId: string,
  done: { resourceId: string | null; status: number; receipt: string | null; result: Sealed },
): Promise<number> =>
  queries.execute(sql.prepared`update operation set resource_id = ${done.resourceId}, status = ${done.status},
      receipt = ${done.receipt}, kek_id = ${done.result.kekId}, kek_version = ${done.result.kekVersion},
      result = ${done.result.sealed}, commitment = ${done.result.commitment}
    where operation_id = ${operationId}`);

/**
 * Forgets bare messages of the past that were about no resource. Their sealed bytes open only while their channel lives,
 * an hour at most, so a late copy meets a reset instead. What became of a two-part change, refused and closed ones too, is
 * for the core to ask at any time, and results about a resource stay as long as it does (architecture §6).
 */
export const deleteOldOperations = (queries: Queries, before: Date): Promise<number> =>
  queries.execute(sql`delete from operation
    where created_at < ${before} and resource_id is null and kind = 'message'`);
