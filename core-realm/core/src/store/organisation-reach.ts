import { sql } from '@cloister/database';
import type { OrganisationId } from '@cloister/wire';

/**
 * Up to which position an organisation's people see a room `r`: its head, or while removals of all of them are pending, the
 * furthest position that one of them still sees. Null of a room without any of them.
 */
export const seenBy = (organisationId: OrganisationId) => sql`(
  select case bool_or(o.suspended_at is null) when true then r.head when false then least(r.head, max(o.suspended_at)) end
  from memberships o where o.room_id = r.id and o.organisation_id = ${organisationId})`;
