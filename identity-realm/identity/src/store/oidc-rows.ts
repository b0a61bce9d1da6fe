import { type Queries, sql } from '@cloister/database';
import type { UserId } from '@cloister/wire';
import type { AdapterPayload } from 'oidc-provider';
import { sha256 } from './sha256.ts';

/** What the OAuth server keeps under an id, which is a bearer secret: only its SHA-256 is stored. */
export interface NewOidcRow {
  readonly model: string;
  readonly id: string;
  readonly payload: AdapterPayload;
  readonly expiresAt: Date;
}

export interface OidcRow {
  readonly payload: AdapterPayload;
  /** Seconds since 1970. */
  readonly consumedAt: number | null;
}

const columns = sql`payload, consumed_at AS "consumedAt"`;

export const findOidcRow = (queries: Queries, model: string, id: string, now: Date): Promise<OidcRow | null> =>
  queries.maybe(sql<OidcRow>`
    SELECT ${columns} FROM oidc_records WHERE model = ${model} AND id_hash = ${sha256(id)} AND expires_at > ${now}`);

export const findOidcRowByUid = (queries: Queries, model: string, uid: string, now: Date): Promise<OidcRow | null> =>
  queries.maybe(sql<OidcRow>`
    SELECT ${columns} FROM oidc_records WHERE model = ${model} AND uid = ${uid} AND expires_at > ${now}`);

/** Writes a record that is new or has changed. */
export const saveOidcRow = async (queries: Queries, { model, id, payload, expiresAt }: NewOidcRow): Promise<void> => {
  const { grantId = null, uid = null } = payload;
  await queries.execute(sql`
    INSERT INTO oidc_records (model, id_hash, payload, grant_id, uid, expires_at)
    VALUES (${model}, ${sha256(id)}, ${JSON.stringify(payload)}::jsonb, ${grantId}, ${uid}, ${expiresAt})
    ON CONFLICT (model, id_hash) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
      uid = excluded.uid, expires_at = excluded.expires_at`);
};

/** False when it was used already: of two that use a code at the same moment, one gets through. */
export const consumeOidcRow = async (queries: Queries, model: string, id: string, at: number): Promise<boolean> =>
  (await queries.execute(sql`
    UPDATE oidc_records SET consumed_at = ${at}
    WHERE model = ${model} AND id_hash = ${sha256(id)} AND consumed_at IS NULL`)) > 0;

export const deleteOidcRow = async (queries: Queries, model: string, id: string): Promise<void> => {
  await queries.execute(sql`DELETE FROM oidc_records WHERE model = ${model} AND id_hash = ${sha256(id)}`);
};

/** What came of one grant: of one kind, or of every kind. */
export const deleteOidcRowsOfGrant = async (queries: Queries, grantId: string, model?: string): Promise<void> => {
  await queries.execute(sql`DELETE FROM oidc_records
    WHERE grant_id = ${grantId} ${model === undefined ? sql`` : sql`AND model = ${model}`}`);
};

/** Everything that could sign a person in again. */
export const deleteOidcRowsOfPerson = async (queries: Queries, id: UserId): Promise<void> => {
  await queries.execute(sql`DELETE FROM oidc_records WHERE payload->>'accountId' = ${id}`);
};
