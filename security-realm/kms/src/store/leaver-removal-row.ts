import { type Queries, sql } from '@cloister/database';
import type { NewAuthorization } from './authorization-row.ts';

/** A removal that the key server made by itself, since the feed's entry says that the person left. */
export type LeaverRemovalRow = {
  readonly operationId: string;
  readonly resourceId: string;
  readonly subjectId: string;
  readonly entry: number;
  /** The list's version it led to: its place in the resource's chain of receipts. */
  readonly listVersion: number;
  /** Whether the core still has to write its half. */
  readonly undelivered: boolean;
};

export const insertLeaverRemoval = (queries: Queries, row: LeaverRemovalRow): Promise<number> =>
  queries.execute(sql.prepared`insert into leaver_removal (operation_id, resource_id, subject_id, entry, list_version, undelivered)
    values (${row.operationId}, ${row.resourceId}, ${row.subjectId}, ${row.entry}, ${row.listVersion}, ${row.undelivered})`);

/**
 * Whether one of these people was removed from the resource by a newer entry of the feed than the one they are authorized
 * by: another node has heard what this one has not.
 */
export const isKnownToHaveLeft = async (
  queries: Queries,
  resourceId: string,
  rows: readonly NewAuthorization[],
): Promise<boolean> => {
  const { known } = await queries.one(sql.prepared<{ known: boolean }>`select exists (
    select from leaver_removal l
    join unnest(${rows.map((row) => row.subjectId)}::uuid[], ${rows.map((row) => row.subjectEntry)}::bigint[])
      as new (subject_id, entry) on new.subject_id = l.subject_id and new.entry < l.entry
    where l.resource_id = ${resourceId}) as known`);
  return known;
};

/** Whom the key server removed from the resource without the core having written it yet. */
export const undeliveredSubjects = async (queries: Queries, resourceId: string): Promise<string[]> => {
  const rows = await queries.rows(sql.prepared<{ subjectId: string }>`select subject_id as "subjectId"
    from leaver_removal where resource_id = ${resourceId} and undelivered`);
  return rows.map(({ subjectId }) => subjectId);
};

/** A removal that the core is still to be told of. */
export type Undelivered = { readonly operationId: string; readonly receipt: string };

/**
 * The removals to tell the core of now, marked as sent: of each resource the earliest alone, so that its receipts arrive in
 * the order of their chain; those sent after `before` wait for their answer. Nodes that ask at once get different ones.
 */
export const claimUndelivered = (
  queries: Queries,
  { now, before, limit }: { readonly now: Date; readonly before: Date; readonly limit: number },
): Promise<Undelivered[]> =>
  queries.rows(sql.prepared<Undelivered>`update leaver_removal l set sent_at = ${now}
    from (
      select d.operation_id from leaver_removal d
      where d.undelivered and (d.sent_at is null or d.sent_at <= ${before}) and not exists (
        select from leaver_removal e
        where e.undelivered and e.resource_id = d.resource_id and e.list_version < d.list_version)
      order by d.sent_at nulls first limit ${limit} for update skip locked
    ) due
    join operation o on o.operation_id = due.operation_id
    where l.operation_id = due.operation_id
    returning l.operation_id as "operationId", o.receipt`);

/** How many removals the core has not written yet, and when the oldest of them was made. */
export const countUndelivered = (queries: Queries): Promise<{ count: number; oldest: Date | null }> =>
  queries.one(sql<{ count: number; oldest: Date | null }>`select count(*)::int as count, min(o.created_at) as oldest
    from leaver_removal l join operation o on o.operation_id = l.operation_id where l.undelivered`);

export const setDelivered = (queries: Queries, operationId: string): Promise<number> =>
  queries.execute(
    sql.prepared`update leaver_removal set undelivered = false where operation_id = ${operationId} and undelivered`,
  );
