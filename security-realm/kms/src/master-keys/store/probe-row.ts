import { type Queries, sql } from '@cloister/database';
import type { Judged, Suspicion } from '../amazon/judge.ts';

/** A key at Amazon that the prober looks after, with what it remembers of it. */
export type ProbedKey = Judged & { readonly keyId: string; readonly organisationId: string; readonly arn: string };

const columns = sql`key_id as "keyId", organisation_id as "organisationId", arn, state, unusable,
  denied_since as "deniedSince", good_probes as "goodProbes"`;

/** R044: what was revoked here is never probed back; deleted and removed keys are out of Amazon's reach. */
const isProbed = sql`source = 'aws-kms' and state in ('active', 'pending', 'rotation', 'revoked-by-amazon')`;

/** Keys whose time has come, of which no other node has charge until `until`. */
export const claimDueProbes = (
  queries: Queries,
  { at, until, limit }: { readonly at: Date; readonly until: Date; readonly limit: number },
): Promise<ProbedKey[]> =>
  queries.rows(sql<ProbedKey>`update master_key set probe_at = ${until} where key_id in (
      select key_id from master_key where ${isProbed} and (probe_at is null or probe_at <= ${at})
      order by probe_at nulls first limit ${limit} for update skip locked)
    returning ${columns}`);

/** One key, due or not; null when it is not for the prober. */
export const claimProbe = (queries: Queries, keyId: string, until: Date): Promise<ProbedKey | null> =>
  queries.maybe(sql<ProbedKey>`update master_key set probe_at = ${until} where key_id = ${keyId} and ${isProbed}
    returning ${columns}`);

/** What is remembered until `probeAt`; nothing, when the key has changed its state meanwhile. */
export const saveSuspicion = (
  queries: Queries,
  { keyId, state }: Pick<ProbedKey, 'keyId' | 'state'>,
  { deniedSince, goodProbes, probeAt }: Suspicion & { readonly probeAt: Date },
): Promise<number> =>
  queries.execute(sql`update master_key set denied_since = ${deniedSince}, good_probes = ${goodProbes},
    probe_at = ${probeAt} where key_id = ${keyId} and state = ${state}`);
