import { type Queries, sql } from '@cloister/database';
import type { MachineId, OrganisationId, Purpose, UserId } from '@cloister/wire';
import type { MachineKey } from '../domain/machine-key.ts';

/** A machine account. */
export interface Machine {
  readonly id: MachineId;
  readonly organisationId: OrganisationId;
  readonly purpose: Purpose;
  readonly publicKey: MachineKey;
  readonly active: boolean;
  readonly createdAt: Date;
}

/** A machine account that shall exist. */
export interface NewMachine extends Omit<Machine, 'active' | 'createdAt'> {
  readonly thumbprint: string;
  /** The administrator, or null for provisioning. */
  readonly by: UserId | null;
  readonly at: Date;
}

const columns = sql`id, organisation_id AS "organisationId", purpose, public_jwk AS "publicKey", active, created_at AS "createdAt"`;

/** The machine account of an id. */
export const findMachine = (queries: Queries, id: MachineId): Promise<Machine | null> =>
  queries.maybe(sql<Machine>`SELECT ${columns} FROM machines WHERE id = ${id}`);

/** The newest account of a key for a purpose, whether it may still be used or not. */
export const findMachineByKey = (
  queries: Queries,
  key: { organisationId: OrganisationId; purpose: Purpose; thumbprint: string },
): Promise<Machine | null> =>
  queries.maybe(sql<Machine>`
    SELECT ${columns} FROM machines
    WHERE organisation_id = ${key.organisationId} AND purpose = ${key.purpose} AND thumbprint = ${key.thumbprint}
    ORDER BY active DESC, created_at DESC, id LIMIT 1`);

/** Every machine account of an organisation, removed ones too, oldest first. */
export const listMachines = (queries: Queries, organisationId: OrganisationId): Promise<readonly Machine[]> =>
  queries.rows(sql<Machine>`
    SELECT ${columns} FROM machines WHERE organisation_id = ${organisationId} ORDER BY created_at, id`);

/** Adds the account; `false` when the organisation has one with this key, and then nothing changes. */
export const insertMachine = async (queries: Queries, machine: NewMachine): Promise<boolean> => {
  const { id, organisationId, purpose, publicKey, thumbprint, by, at } = machine;
  const added = await queries.execute(sql`
    INSERT INTO machines (id, organisation_id, purpose, public_jwk, thumbprint, active, created_at, created_by)
    VALUES (${id}, ${organisationId}, ${purpose}, ${JSON.stringify(publicKey)}::jsonb, ${thumbprint}, true, ${at}, ${by})
    ON CONFLICT (organisation_id, thumbprint) WHERE active DO NOTHING`);
  return added > 0;
};

/** Ends the account for good; `false` when it had ended before. */
export const endMachine = async (
  queries: Queries,
  id: MachineId,
  { by, at }: { readonly by: UserId; readonly at: Date },
): Promise<boolean> =>
  (await queries.execute(
    sql`UPDATE machines SET active = false, removed_at = ${at}, removed_by = ${by} WHERE id = ${id} AND active`,
  )) > 0;
