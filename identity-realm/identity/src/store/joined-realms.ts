import { type Queries, sql } from '@cloister/database';
import type { KmsHost, OrganisationId } from '@cloister/wire';
import type { JoinedRealm } from '../domain/joined-realm.ts';

const columns = sql`kms_host AS "kmsHost", organisation_id AS "organisationId", vouched, link_key AS "linkKey",
  receipt_key AS "receiptKey", tls_key AS "tlsKey", earlier_receipt_keys AS "earlierReceiptKeys",
  joined_at AS "joinedAt", stated_at AS "statedAt"`;

/** Every key server that joined and was not withdrawn. */
export const listJoined = (queries: Queries): Promise<readonly JoinedRealm[]> =>
  queries.rows(sql<JoinedRealm>`SELECT ${columns} FROM realms WHERE withdrawn_at IS NULL ORDER BY kms_host`);

/** One of them. */
export const findJoined = (queries: Queries, kmsHost: KmsHost): Promise<JoinedRealm | null> =>
  queries.maybe(sql<JoinedRealm>`SELECT ${columns} FROM realms WHERE kms_host = ${kmsHost} AND withdrawn_at IS NULL`);

/** The same, held until the transaction ends. */
export const lockJoined = (transaction: Queries, kmsHost: KmsHost): Promise<JoinedRealm | null> =>
  transaction.maybe(sql<JoinedRealm>`
    SELECT ${columns} FROM realms WHERE kms_host = ${kmsHost} AND withdrawn_at IS NULL FOR UPDATE`);

/** Keeps a key server as it is now. @throws DatabaseError `unique` when its organisation has another */
export const saveJoined = async (queries: Queries, realm: JoinedRealm): Promise<void> => {
  const { kmsHost, organisationId, vouched, joinedAt, statedAt } = realm;
  const [link, receipt, tls, earlier] = [realm.linkKey, realm.receiptKey, realm.tlsKey, realm.earlierReceiptKeys].map(
    (keys) => JSON.stringify(keys),
  );
  await queries.execute(sql`
    INSERT INTO realms (kms_host, organisation_id, vouched, link_key, receipt_key, tls_key, earlier_receipt_keys, joined_at, stated_at)
    VALUES (${kmsHost}, ${organisationId}, ${vouched}, ${link}::jsonb, ${receipt}::jsonb, ${tls}::jsonb, ${earlier}::jsonb, ${joinedAt}, ${statedAt})
    ON CONFLICT (kms_host) DO UPDATE SET organisation_id = excluded.organisation_id, vouched = excluded.vouched,
      link_key = excluded.link_key, receipt_key = excluded.receipt_key, tls_key = excluded.tls_key,
      earlier_receipt_keys = excluded.earlier_receipt_keys, joined_at = excluded.joined_at, stated_at = excluded.stated_at,
      withdrawn_at = NULL`);
};

/** Ends a key server's registration; `false` when there is none. */
export const endJoined = async (queries: Queries, kmsHost: KmsHost, at: Date): Promise<boolean> =>
  (await queries.execute(sql`
    UPDATE realms SET withdrawn_at = ${at} WHERE kms_host = ${kmsHost} AND withdrawn_at IS NULL`)) > 0;

/** Whether somebody of the organisation's runs another key server. */
export const hasOtherRealm = async (
  queries: Queries,
  { organisationId, kmsHost }: { readonly organisationId: OrganisationId; readonly kmsHost: KmsHost },
): Promise<boolean> =>
  (await queries.maybe(sql`
    SELECT 1 FROM realms WHERE organisation_id = ${organisationId} AND kms_host <> ${kmsHost} AND withdrawn_at IS NULL`)) !==
  null;
