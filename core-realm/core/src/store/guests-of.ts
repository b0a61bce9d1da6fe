import { type Database, sql } from '@cloister/database';
import type { OrganisationId, UserId } from '@cloister/wire';

/** Those of these people who share a room with the organisation: its own room, or one that it has people in. */
export const guestsOf = async (
  db: Database,
  organisationId: OrganisationId,
  people: readonly UserId[],
): Promise<UserId[]> => {
  const rows = await db.rows(sql.prepared<{ id: UserId }>`
    select distinct m.user_id as id from memberships m join rooms r on r.id = m.room_id
    where m.user_id = any (${people}::uuid[]) and (r.organisation_id = ${organisationId} or exists (
      select from memberships o where o.room_id = m.room_id and o.organisation_id = ${organisationId}))`);
  return rows.map(({ id }) => id);
};
