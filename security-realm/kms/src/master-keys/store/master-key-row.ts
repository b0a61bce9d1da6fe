import { type Queries, sql } from '@cloister/database';
import type { MasterKey } from '../domain/organisation-keys.ts';

const columns = sql`key_id as "keyId", source, arn, check_value as "checkValue", state, state_before as "stateBefore",
  unusable, created_at as "createdAt", state_changed_at as "stateChangedAt", activated_at as "activatedAt",
  rotation_started_at as "rotationStartedAt", rotation_total as "rotationTotal", retire_at as "retireAt",
  purge_at as "purgeAt"`;

/** All that an organisation ever had, oldest first. */
export const masterKeysOf = (queries: Queries, organisationId: string): Promise<MasterKey[]> =>
  queries.rows(sql<MasterKey>`select ${columns} from master_key where organisation_id = ${organisationId}
    order by seq`);

/** Writes a key that is new or has changed. */
export const saveMasterKey = (queries: Queries, organisationId: string, key: MasterKey): Promise<number> =>
  queries.execute(sql`insert into master_key (key_id, organisation_id, source, arn, check_value, state, state_before,
      unusable, created_at, state_changed_at, activated_at, rotation_started_at, rotation_total, retire_at, purge_at)
    values (${key.keyId}, ${organisationId}, ${key.source}, ${key.arn}, ${key.checkValue}, ${key.state},
      ${key.stateBefore}, ${key.unusable}, ${key.createdAt}, ${key.stateChangedAt}, ${key.activatedAt},
      ${key.rotationStartedAt}, ${key.rotationTotal}, ${key.retireAt}, ${key.purgeAt})
    on conflict (key_id) do update set state = excluded.state, state_before = excluded.state_before,
      arn = excluded.arn, unusable = excluded.unusable, state_changed_at = excluded.state_changed_at,
      activated_at = excluded.activated_at, rotation_started_at = excluded.rotation_started_at,
      rotation_total = excluded.rotation_total, retire_at = excluded.retire_at, purge_at = excluded.purge_at`);

/** Not by whose it is: the realm's own organisation may have brought main keys too, and given up the role since. */
export const isDefaultKey = async (queries: Queries, keyId: string): Promise<boolean> =>
  (await queries.maybe(sql`select key_id from master_key where key_id = ${keyId}`)) === null;
