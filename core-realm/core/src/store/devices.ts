import { type Queries, sql } from '@cloister/database';
import type { DeviceId, OrganisationId, UserId } from '@cloister/wire';

export interface StoredDevice {
  readonly id: DeviceId;
  readonly userId: UserId;
  readonly organisationId: OrganisationId;
  /** JSON text of what the client said of itself. */
  readonly details: string;
  readonly modifiedAt: Date;
}

const columns = sql<StoredDevice>`
  id, user_id as "userId", organisation_id as "organisationId", details, modified_at as "modifiedAt"`;

/** Registered devices of one person beyond this are refused. */
export const deviceLimit = 200;

/** Registers a device; answers false when the person has too many. */
export const insertDevice = async (db: Queries, device: StoredDevice): Promise<boolean> =>
  (await db.execute(sql`
    insert into devices (id, user_id, organisation_id, details, created_at, modified_at)
    select ${device.id}::uuid, ${device.userId}::uuid, ${device.organisationId}::uuid, ${device.details},
      ${device.modifiedAt}::timestamptz, ${device.modifiedAt}::timestamptz
    where (select count(*) from devices where user_id = ${device.userId}) < ${deviceLimit}`)) === 1;

/** Notes that a device is still in use, perhaps with news of itself; nothing for a device that is not the person's. */
export const refreshDevice = (db: Queries, id: DeviceId, userId: UserId, details: string | null, now: Date) =>
  db.maybe(sql<StoredDevice>`
    update devices set modified_at = ${now}, details = coalesce(${details}, details)
    where id = ${id} and user_id = ${userId} returning ${columns}`);

export const deleteDevice = async (db: Queries, id: DeviceId, userId: UserId): Promise<boolean> =>
  (await db.execute(sql`delete from devices where id = ${id} and user_id = ${userId}`)) === 1;

export const listDevices = (db: Queries, userId: UserId): Promise<StoredDevice[]> =>
  db.rows(sql<StoredDevice>`select ${columns} from devices where user_id = ${userId} order by created_at, id`);

export const ownsDevice = async (db: Queries, id: DeviceId, userId: UserId): Promise<boolean> =>
  (await db.maybe(sql.prepared`select 1 from devices where id = ${id} and user_id = ${userId}`)) !== null;
