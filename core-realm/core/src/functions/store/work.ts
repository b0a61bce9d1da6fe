import { type Queries, sql } from '@cloister/database';
import {
  type ActivityId,
  newId,
  type OrganisationId,
  type Purpose,
  type RoomId,
  type Work,
  type WorkId,
} from '@cloister/wire';
import type { Machine } from '../../domain/asker.ts';
import { leaseLife, mostAttempts, type StoredWork } from '../domain/work.ts';

const columns = sql<StoredWork>`
  id, purpose, organisation_id as "organisationId", room_id as "roomId", activity_id as "activityId", state, attempts,
  leaseholder`;

/** Whose rooms these are. */
export const organisationsOf = (db: Queries, rooms: readonly RoomId[]) =>
  db.rows(sql<{ id: RoomId; organisationId: OrganisationId }>`
    select id, organisation_id as "organisationId" from rooms where id = any(${rooms}::uuid[])`);

export interface NewWork {
  readonly purpose: Purpose;
  readonly organisationId: OrganisationId;
  readonly roomId: RoomId;
  readonly activityId: ActivityId;
}

export const insertWork = async (tx: Queries, work: readonly NewWork[], now: Date): Promise<void> => {
  await tx.execute(sql`
    insert into function_work (id, purpose, organisation_id, room_id, activity_id, state, created_at, due_at)
    select *, 'waiting', ${now}::timestamptz, ${now}::timestamptz from unnest(
      ${work.map(() => newId<WorkId>())}::uuid[], ${work.map(({ purpose }) => purpose)}::text[],
      ${work.map(({ organisationId }) => organisationId)}::uuid[], ${work.map(({ roomId }) => roomId)}::uuid[],
      ${work.map(({ activityId }) => activityId)}::uuid[])`);
};

/** Gives out what is due, oldest first; two who ask at once get different work. */
export const leaseWork = async (db: Queries, machine: Machine, limit: number, now: Date): Promise<Work[]> => {
  const leased = await db.rows(sql<Work & { seq: number }>`
    update function_work w set state = 'leased', leaseholder = ${machine.userId}::uuid, attempts = attempts + 1,
      due_at = ${new Date(now.getTime() + leaseLife)}::timestamptz
    from (
      select id from function_work
      where organisation_id = ${machine.organisationId} and purpose = ${machine.purpose} and decided_at is null
        and due_at <= ${now} and attempts < ${mostAttempts}
      order by seq limit ${limit} for update skip locked
    ) due
    where w.id = due.id
    returning w.id, w.room_id as "roomId", w.activity_id as "activityId", w.seq`);
  return leased.sort((a, b) => a.seq - b.seq).map(({ id, roomId, activityId }) => ({ id, roomId, activityId }));
};

/** Work of the machine's own function; other work is not there for it. */
export const findWork = (db: Queries, id: WorkId, machine: Machine): Promise<StoredWork | null> =>
  db.maybe(sql<StoredWork>`select ${columns} from function_work where ${ownWork(id, machine)}`);

/** The same, locked until the transaction ends. */
export const lockWork = (tx: Queries, id: WorkId, machine: Machine): Promise<StoredWork | null> =>
  tx.maybe(sql<StoredWork>`select ${columns} from function_work where ${ownWork(id, machine)} for update`);

const ownWork = (id: WorkId, { organisationId, purpose }: Machine) =>
  sql`id = ${id} and organisation_id = ${organisationId} and purpose = ${purpose}`;

export const decideWork = async (
  tx: Queries,
  id: WorkId,
  { state, code = null }: { readonly state: 'done' | 'nothing' | 'failed'; readonly code?: string | null },
  now: Date,
): Promise<void> => {
  await tx.execute(
    sql`update function_work set state = ${state}, code = ${code}, decided_at = ${now} where id = ${id}`,
  );
};

/** Puts work back, to be given out again at `due`. */
export const returnWork = async (tx: Queries, id: WorkId, attempts: number, due: Date): Promise<void> => {
  await tx.execute(
    sql`update function_work set state = 'waiting', attempts = ${attempts}, due_at = ${due} where id = ${id}`,
  );
};

/** Organisations and functions with undecided work. */
export const openWork = (db: Queries) =>
  db.rows(sql<{ organisationId: OrganisationId; purpose: Purpose }>`
    select distinct organisation_id as "organisationId", purpose from function_work where decided_at is null`);

/** Drops the undecided work of a function that was off at this time; what came later came when it was on again. */
export const dropWork = async (
  db: Queries,
  organisationId: OrganisationId,
  purpose: Purpose,
  off: Date,
): Promise<void> => {
  await db.execute(sql`
    delete from function_work
    where organisation_id = ${organisationId} and purpose = ${purpose} and decided_at is null
      and created_at < ${off}`);
};

/** Gives up work whose last lease ended unanswered, and forgets what was decided before `forget`. */
export const tidyWork = async (db: Queries, now: Date, forget: Date): Promise<void> => {
  await db.execute(sql`
    update function_work set state = 'failed', decided_at = ${now}
    where decided_at is null and state = 'leased' and due_at <= ${now} and attempts >= ${mostAttempts}`);
  await db.execute(sql`delete from function_work where decided_at < ${forget}`);
};
