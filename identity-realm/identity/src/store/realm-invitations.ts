import { type Queries, sql } from '@cloister/database';
import type { KmsHost, OrganisationId } from '@cloister/wire';

/** Whom the operator asked to set a key server up. */
export interface RealmInvitation {
  readonly kmsHost: KmsHost;
  readonly organisationId: OrganisationId;
  /** SHA-256 of the code's secret. */
  readonly secretHash: Buffer;
  readonly vouched: boolean;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

/** Keeps an invitation; the code of an older one for the same host dies. */
export const saveRealmInvitation = async (
  queries: Queries,
  { kmsHost, organisationId, secretHash, vouched, expiresAt }: Omit<RealmInvitation, 'usedAt'>,
): Promise<void> => {
  await queries.execute(sql`
    INSERT INTO realm_invitations (kms_host, organisation_id, secret_hash, vouched, expires_at)
    VALUES (${kmsHost}, ${organisationId}, ${secretHash}, ${vouched}, ${expiresAt})
    ON CONFLICT (kms_host) DO UPDATE SET organisation_id = excluded.organisation_id, secret_hash = excluded.secret_hash,
      vouched = excluded.vouched, expires_at = excluded.expires_at, used_at = NULL`);
};

/** The invitation of a host, held until the transaction ends. */
export const lockRealmInvitation = (transaction: Queries, kmsHost: KmsHost): Promise<RealmInvitation | null> =>
  transaction.maybe(sql<RealmInvitation>`
    SELECT kms_host AS "kmsHost", organisation_id AS "organisationId", secret_hash AS "secretHash", vouched,
      expires_at AS "expiresAt", used_at AS "usedAt"
    FROM realm_invitations WHERE kms_host = ${kmsHost} FOR UPDATE`);

/** A code is good once. */
export const useRealmInvitation = async (transaction: Queries, kmsHost: KmsHost, at: Date): Promise<void> => {
  await transaction.execute(sql`UPDATE realm_invitations SET used_at = ${at} WHERE kms_host = ${kmsHost}`);
};

/** Takes an open invitation back. */
export const deleteRealmInvitation = async (queries: Queries, kmsHost: KmsHost): Promise<void> => {
  await queries.execute(sql`DELETE FROM realm_invitations WHERE kms_host = ${kmsHost}`);
};
