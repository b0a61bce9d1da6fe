import { type Queries, sql } from '@cloister/database';
import type { RoomId, UserId } from '@cloister/wire';

/** A two-part change as a room's members see it. */
export interface ListedChange {
  readonly operationId: string;
  readonly kind: string;
  readonly state: 'pending' | 'applied' | 'refused';
  readonly actor: UserId;
  readonly subjects: readonly UserId[];
  readonly since: Date;
  readonly status: number | null;
  readonly code: string | null;
}

/** The changes of a room, newest first. Creations that came to nothing were of no room, whatever id they named. */
export const listChanges = (db: Queries, roomId: RoomId, limit: number): Promise<ListedChange[]> =>
  db.rows(sql<ListedChange>`
    select operation_id as "operationId", kind, state, user_id as actor, subjects::text[] as subjects, since, status, code
    from intents where room_id = ${roomId} and (kind <> 'create' or state = 'applied')
    order by since desc, operation_id limit ${limit}`);
