import { type Queries, sql } from '@cloister/database';

/** How much of other realms is kept, and what they were not told yet. */
export type FederationNumbers = {
  readonly lists: number;
  readonly keys: number;
  /** Lists of ours that realms may use without knowing their newest state. */
  readonly recalls: number;
  /** Lists of ours of which realms do not know that somebody of theirs was put on them. */
  readonly invitations: number;
};

export const federationNumbers = (queries: Queries, now: Date): Promise<FederationNumbers> =>
  queries.one(sql<FederationNumbers>`select
    (select count(*)::int from foreign_list where claims is not null) as lists,
    (select count(*)::int from foreign_key) as keys,
    (select count(*)::int from list_holder h join resource r using (resource_id)
      left join organisation_keys o on o.organisation_id = r.organisation_id
      where h.held_until > ${now} and (h.told_version < r.list_version or h.told_epoch < coalesce(o.epoch, 0))) as recalls,
    (select count(*)::int from list_holder where told_version < added_version) as invitations`);
