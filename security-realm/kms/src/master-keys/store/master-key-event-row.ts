import { type Queries, sql } from '@cloister/database';
import type { MasterKeyStep } from '../domain/transition.ts';

/** A line of history as stored; the actor is null for what happened by itself. */
export type MasterKeyEventRow = MasterKeyStep & { readonly actorId: string | null; readonly at: Date };

export const insertMasterKeyEvent = (
  tx: Queries,
  organisationId: string,
  { keyId, from, to, act, actorId, at }: MasterKeyEventRow,
): Promise<number> =>
  tx.execute(sql`insert into master_key_event (organisation_id, key_id, from_state, to_state, act, actor_id, at)
    values (${organisationId}, ${keyId}, ${from}, ${to}, ${act}, ${actorId}, ${at})`);

/** Newest first. */
export const masterKeyEvents = (
  queries: Queries,
  organisationId: string,
  limit: number,
): Promise<MasterKeyEventRow[]> =>
  queries.rows(sql<MasterKeyEventRow>`select key_id as "keyId", from_state as "from", to_state as "to", act,
      actor_id as "actorId", at from master_key_event
    where organisation_id = ${organisationId} order by seq desc limit ${limit}`);
