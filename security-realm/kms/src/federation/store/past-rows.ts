import { type Queries, sql } from '@cloister/database';

/** Of keys of others, which are good until a lease is over; what is past is asked for again. */
export const deletePastKeys = (queries: Queries, before: Date): Promise<number> =>
  queries.execute(sql`delete from foreign_key where asked_at <= ${before}`);

/** Lists that home never stated, or not for long. Whoever is just asking for one asks once more. */
export const deletePastLists = (queries: Queries, before: Date): Promise<number> =>
  queries.execute(sql`delete from foreign_list where asked_at is null or asked_at <= ${before}`);

/** Of each home the lists that were asked for last stay, `most` of them. */
export const trimLists = (queries: Queries, most: number): Promise<number> =>
  queries.execute(sql`delete from foreign_list l using (
      select resource_uri, row_number() over (partition by split_part(resource_uri, '/', 3) order by asked_at desc) as place
      from foreign_list where asked_at is not null
    ) held where l.resource_uri = held.resource_uri and held.place > ${most}`);

/** Of each peer its present key stays, and those of its certificates that were seen last, `most` of them. */
export const trimFingerprints = (queries: Queries, most: number): Promise<number> =>
  queries.execute(sql`delete from peer_fingerprint f using (
      select kms_host, fingerprint, row_number() over (partition by kms_host order by seen_at desc, fingerprint) as place
      from peer_fingerprint
    ) seen, peer p
    where f.kms_host = seen.kms_host and f.fingerprint = seen.fingerprint and seen.place > ${most}
      and p.kms_host = f.kms_host and p.fingerprint <> f.fingerprint`);
