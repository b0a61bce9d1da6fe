import { type Queries, sql } from '@cloister/database';
import type { DomainName, OutsideMode } from '@cloister/wire';
import type { OutsideRules } from '../may-meet.ts';

type Row = {
  readonly organisationId: string;
  readonly mode: OutsideMode;
  readonly domains: readonly DomainName[];
  readonly paused: readonly string[];
};

/** What these organisations decided; those that never decided anything are missing. */
export const findOutsideRules = async (
  queries: Queries,
  organisationIds: readonly string[],
): Promise<Map<string, OutsideRules>> => {
  const rows = await queries.rows(sql.prepared<Row>`select p.organisation_id as "organisationId", p.mode, p.domains,
      array(select o.organisation_id::text from outside_organisation o
        where o.own_id = p.organisation_id and o.paused_at is not null) as paused
    from outside_policy p where p.organisation_id = any(${organisationIds}::uuid[])`);
  return new Map(
    rows.map(({ organisationId, mode, domains, paused }) => [
      organisationId,
      { policy: { mode, domains }, paused: new Set(paused) },
    ]),
  );
};
