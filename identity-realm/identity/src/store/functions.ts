import { type Queries, sql } from '@cloister/database';
import type { OrganisationId, Purpose, UserId } from '@cloister/wire';

/** A function that was switched at least once. */
export interface SwitchedFunction {
  readonly purpose: Purpose;
  readonly enabled: boolean;
  readonly changedAt: Date;
  readonly changedBy: UserId;
}

/** Those of an organisation's functions that were ever switched; the others are off. */
export const listFunctions = (queries: Queries, organisationId: OrganisationId): Promise<readonly SwitchedFunction[]> =>
  queries.rows(sql<SwitchedFunction>`
    SELECT purpose, enabled, changed_at AS "changedAt", changed_by AS "changedBy" FROM functions
    WHERE organisation_id = ${organisationId}`);

/** Whether a function is on. */
export const isFunctionOn = async (
  queries: Queries,
  { organisationId, purpose }: { organisationId: OrganisationId; purpose: Purpose },
): Promise<boolean> =>
  (await queries.maybe(
    sql`SELECT 1 FROM functions WHERE organisation_id = ${organisationId} AND purpose = ${purpose} AND enabled`,
  )) !== null;

/** Switches a function; `false` when it was so before, and then who switched it last stays. */
export const saveFunction = async (
  queries: Queries,
  switched: SwitchedFunction & { readonly organisationId: OrganisationId },
): Promise<boolean> => {
  const { organisationId, purpose, enabled, changedAt, changedBy } = switched;
  const changed = enabled
    ? await queries.execute(sql`
        INSERT INTO functions (organisation_id, purpose, enabled, changed_at, changed_by)
        VALUES (${organisationId}, ${purpose}, true, ${changedAt}, ${changedBy})
        ON CONFLICT (organisation_id, purpose) DO UPDATE
          SET enabled = true, changed_at = excluded.changed_at, changed_by = excluded.changed_by
          WHERE NOT functions.enabled`)
    : await queries.execute(sql`
        UPDATE functions SET enabled = false, changed_at = ${changedAt}, changed_by = ${changedBy}
        WHERE organisation_id = ${organisationId} AND purpose = ${purpose} AND enabled`);
  return changed > 0;
};
