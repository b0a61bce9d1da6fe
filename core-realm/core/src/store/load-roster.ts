import { type Database, sql } from '@cloister/database';
import type { RoomId, UserId } from '@cloister/wire';
import type { Roster } from '../rooms/rosters.ts';

/** The room's roster and the version it belongs to, read together. */
export const loadRoster = async (db: Database, roomId: RoomId): Promise<Roster | undefined> => {
  const row = await db.maybe(sql.prepared<Omit<Roster, 'members'> & { members: UserId[] }>`
    select r.version, array(
      select user_id::text from memberships m where m.room_id = r.id and m.suspended_at is null) as members, array(
      select distinct organisation_id::text from memberships m where m.room_id = r.id) as organisations
    from rooms r where r.id = ${roomId}`);
  return row === null ? undefined : { ...row, members: new Set(row.members) };
};
