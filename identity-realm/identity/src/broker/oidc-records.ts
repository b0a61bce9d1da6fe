import { type Database, type Queries, sql } from '@cloister/database';
import type { SessionId, UserId } from '@cloister/wire';
import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider';
import { openSession, revokeSession } from '../store/sessions.ts';
import { sha256 } from '../store/sha256.ts';

/**
 * The OAuth server's memory. Its ids are bearer secrets (codes, refresh tokens, cookies), so only their SHA-256 is kept and
 * the copies inside the payloads are left out. A grant is a sign-in: keeping one opens the session of that id, destroying one
 * revokes it and tells the realms, in one transaction.
 */
export const oidcRecords =
  (database: Database, now: () => Date): AdapterFactory =>
  (model) =>
    model === 'Grant' ? grants(database, now) : records(database, model, now);

/**
 * Seconds in which a rotated refresh token still works, so that an answer lost on the way (a crash, a broken connection) signs
 * nobody out. After that, using it means that somebody else has it, and the whole sign-in ends (RFC 9700 §4.14.2).
 */
export const rotationGrace = 60;

const records = (database: Database, model: string, now: () => Date): Adapter => ({
  upsert: (id, payload, expiresIn) => save(database, { model, id, payload, expiresAt: expiry(now(), expiresIn) }),
  find: async (id) => {
    const row = await database.maybe(sql<Row>`
      SELECT payload, consumed_at AS "consumedAt" FROM oidc_records
      WHERE model = ${model} AND id_hash = ${sha256(id)} AND expires_at > ${now()}`);
    if (row === null) return undefined;
    const fresh =
      model === 'RefreshToken' && row.consumedAt !== null && row.consumedAt + rotationGrace > seconds(now());
    return restore(fresh ? { ...row, consumedAt: null } : row, id);
  },
  findByUid: async (uid) => {
    const row = await database.maybe(sql<Row>`
      SELECT payload, consumed_at AS "consumedAt" FROM oidc_records
      WHERE model = ${model} AND uid = ${uid} AND expires_at > ${now()}`);
    return row === null ? undefined : restore(row, undefined);
  },
  findByUserCode: () => Promise.resolve(undefined),
  consume: async (id) => {
    const consumed = await database.execute(sql`
      UPDATE oidc_records SET consumed_at = ${seconds(now())}
      WHERE model = ${model} AND id_hash = ${sha256(id)} AND consumed_at IS NULL`);
    // Of two that use a code at the same moment, one gets through.
    if (consumed === 0 && model !== 'RefreshToken') throw new errors.InvalidGrant('used already');
  },
  destroy: async (id) => {
    await database.execute(sql`DELETE FROM oidc_records WHERE model = ${model} AND id_hash = ${sha256(id)}`);
  },
  revokeByGrantId: async (grantId) => {
    await database.execute(sql`DELETE FROM oidc_records WHERE model = ${model} AND grant_id = ${grantId}`);
  },
});

const grants = (database: Database, now: () => Date): Adapter => ({
  ...records(database, 'Grant', now),
  upsert: (id, payload, expiresIn) =>
    database.transaction(async (transaction) => {
      const session = { sid: id as SessionId, personId: (payload.accountId ?? null) as UserId | null };
      await openSession(transaction, { ...session, clientId: payload.clientId ?? '', at: now() });
      await save(transaction, { model: 'Grant', id, payload, expiresAt: expiry(now(), expiresIn) });
    }),
  destroy: (id) =>
    database.transaction(async (transaction) => {
      await transaction.execute(sql`DELETE FROM oidc_records WHERE model = 'Grant' AND id_hash = ${sha256(id)}`);
      await revokeSession(transaction, id as SessionId, now());
    }),
});

interface Row {
  readonly payload: AdapterPayload;
  readonly consumedAt: number | null;
}

interface NewRecord {
  readonly model: string;
  readonly id: string;
  readonly payload: AdapterPayload;
  readonly expiresAt: Date;
}

const save = async (queries: Queries, { model, id, payload, expiresAt }: NewRecord): Promise<void> => {
  const kept = JSON.stringify(withoutSecrets(payload));
  const { grantId = null, uid = null } = payload;
  await queries.execute(sql`
    INSERT INTO oidc_records (model, id_hash, payload, grant_id, uid, expires_at)
    VALUES (${model}, ${sha256(id)}, ${kept}::jsonb, ${grantId}, ${uid}, ${expiresAt})
    ON CONFLICT (model, id_hash) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
      uid = excluded.uid, expires_at = excluded.expires_at`);
};

const withoutSecrets = ({ jti: _, session, ...payload }: AdapterPayload): AdapterPayload => {
  if (session === undefined) return payload;
  const { cookie: __, ...rest } = session;
  return { ...payload, session: rest };
};

const restore = ({ payload, consumedAt }: Row, id: string | undefined): AdapterPayload => ({
  ...payload,
  ...(id === undefined ? {} : { jti: id }),
  ...(consumedAt === null ? {} : { consumed: consumedAt }),
});

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

// What has no end of its own is forgotten after a day.
const expiry = (now: Date, seconds = 24 * 60 * 60): Date => new Date(now.getTime() + seconds * 1000);
