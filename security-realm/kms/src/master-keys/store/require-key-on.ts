import { type Queries, sql } from '@cloister/database';
import { CloisterError } from '@cloister/wire';

/**
 * Nothing new is made or bound while an organisation's main key is off (R046, wires.md §12).
 * @throws CloisterError `kms/revoked`
 */
export const requireKeyOn = async (queries: Queries, ...organisationIds: readonly string[]): Promise<void> => {
  const frozen = await queries.rows(sql.prepared`select organisation_id from organisation_keys
    where is_frozen and organisation_id = any(${organisationIds}::uuid[])`);
  if (frozen.length > 0) throw new CloisterError('kms/revoked');
};
