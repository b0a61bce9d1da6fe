import { type Queries, type Sql, sql } from '@cloister/database';
import type { MasterKeyState } from '@cloister/wire';
import type { OrganisationKeys } from '../domain/organisation-keys.ts';
import { masterKeysOf } from './master-key-row.ts';

type Row = Omit<OrganisationKeys, 'keys'>;

const columns = sql`organisation_id as "organisationId", version, epoch, head_key_id as "headKeyId",
  is_frozen as "isFrozen", default_role as "defaultRole",
  default_rotation_started_at as "defaultRotationStartedAt", default_rotation_total as "defaultRotationTotal",
  frozen_at as "frozenAt", effective_at as "effectiveAt"`;

/** What holds for an organisation that never touched its main keys. */
const untouched = (organisationId: string): OrganisationKeys => ({
  organisationId,
  version: 1,
  epoch: 0,
  headKeyId: null,
  isFrozen: false,
  defaultRole: 'active',
  defaultRotationStartedAt: null,
  defaultRotationTotal: null,
  frozenAt: null,
  effectiveAt: null,
  keys: [],
});

/** An organisation's main keys as they are. */
export const findOrganisationKeys = async (queries: Queries, organisationId: string): Promise<OrganisationKeys> => {
  const row = await queries.maybe(
    sql<Row>`select ${columns} from organisation_keys where organisation_id = ${organisationId}`,
  );
  return row === null ? untouched(organisationId) : { ...row, keys: await masterKeysOf(queries, organisationId) };
};

/** Waits for who changes them, then holds them until the transaction ends. */
export const lockOrganisationKeys = async (tx: Queries, organisationId: string): Promise<OrganisationKeys> => {
  await ensureOrganisationKeys(tx, organisationId);
  const row = await tx.one(
    sql<Row>`select ${columns} from organisation_keys where organisation_id = ${organisationId} for update`,
  );
  return { ...row, keys: await masterKeysOf(tx, organisationId) };
};

/** The main key that KEKs are made under and moved to: the head, null for the default; undefined while frozen. */
export const leadingKey = (queries: Queries, organisationId: string): Promise<string | null | undefined> =>
  readLeadingKey(queries, organisationId, sql``);

/** The same, and it stays so until the transaction ends. */
export const holdLeadingKey = (tx: Queries, organisationId: string): Promise<string | null | undefined> =>
  readLeadingKey(tx, organisationId, sql`for share`);

const readLeadingKey = async (
  queries: Queries,
  organisationId: string,
  lock: Sql,
): Promise<string | null | undefined> => {
  const row = await queries.one(sql<Pick<Row, 'headKeyId' | 'isFrozen'>>`select head_key_id as "headKeyId",
    is_frozen as "isFrozen" from organisation_keys where organisation_id = ${organisationId} ${lock}`);
  return row.isFrozen ? undefined : row.headKeyId;
};

/** The main key that leads: a `headKeyId` of null is the realm's default one. */
type HeadRow = { readonly headKeyId: string | null; readonly isFrozen: boolean; readonly arn: string | null };

/** Null for an organisation that never touched its main keys. */
export const findHead = (queries: Queries, organisationId: string): Promise<HeadRow | null> =>
  queries.maybe(sql<HeadRow>`select o.head_key_id as "headKeyId", o.is_frozen as "isFrozen", k.arn
    from organisation_keys o left join master_key k on k.key_id = o.head_key_id
    where o.organisation_id = ${organisationId}`);

/** A main key as the organisation has it; a state of null is the realm's default main key's. */
type OwnKeyRow = {
  readonly isFrozen: boolean;
  readonly state: MasterKeyState | null;
  readonly arn: string | null;
};

/** Null for an organisation that never touched its main keys. */
export const findOwnKey = (queries: Queries, organisationId: string, keyId: string): Promise<OwnKeyRow | null> =>
  queries.maybe(sql.prepared<OwnKeyRow>`select o.is_frozen as "isFrozen", k.state, k.arn
    from organisation_keys o left join master_key k on k.organisation_id = o.organisation_id and k.key_id = ${keyId}
    where o.organisation_id = ${organisationId}`);

/** So that there is a row to lock. */
export const ensureOrganisationKeys = (queries: Queries, organisationId: string): Promise<number> =>
  queries.execute(sql`insert into organisation_keys (organisation_id) values (${organisationId})
    on conflict (organisation_id) do nothing`);

export const saveOrganisationKeys = (tx: Queries, keys: OrganisationKeys): Promise<number> =>
  tx.execute(sql`update organisation_keys set version = ${keys.version}, epoch = ${keys.epoch},
      head_key_id = ${keys.headKeyId}, is_frozen = ${keys.isFrozen}, default_role = ${keys.defaultRole},
      default_rotation_started_at = ${keys.defaultRotationStartedAt},
      default_rotation_total = ${keys.defaultRotationTotal}, frozen_at = ${keys.frozenAt}, effective_at = ${keys.effectiveAt}
    where organisation_id = ${keys.organisationId}`);

/** The organisations whose content is off: part of a query over content keys, mostly none. */
export const frozenOrganisations = sql`(select organisation_id from organisation_keys where is_frozen)`;
