import type { Database, Queries } from '@cloister/database';
import type { SessionId, UserId } from '@cloister/wire';
import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider';
import {
  consumeOidcRow,
  deleteOidcRow,
  deleteOidcRowsOfGrant,
  findOidcRow,
  findOidcRowByUid,
  type NewOidcRow,
  type OidcRow,
  saveOidcRow,
} from '../store/oidc-rows.ts';
import { openSession, revokeSession } from '../store/sessions.ts';

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
const rotationGrace = 60;

const records = (database: Database, model: string, now: () => Date): Adapter => ({
  upsert: (id, payload, expiresIn) => save(database, { model, id, payload, expiresAt: expiry(now(), expiresIn) }),
  find: async (id) => {
    const row = await findOidcRow(database, model, id, now());
    if (row === null) return undefined;
    const fresh =
      model === 'RefreshToken' && row.consumedAt !== null && row.consumedAt + rotationGrace > seconds(now());
    return restore(fresh ? { ...row, consumedAt: null } : row, id);
  },
  findByUid: async (uid) => {
    const row = await findOidcRowByUid(database, model, uid, now());
    return row === null ? undefined : restore(row, undefined);
  },
  findByUserCode: () => Promise.resolve(undefined),
  consume: async (id) => {
    const consumed = await consumeOidcRow(database, model, id, seconds(now()));
    if (!consumed && model !== 'RefreshToken') throw new errors.InvalidGrant('used already');
  },
  destroy: (id) => deleteOidcRow(database, model, id),
  revokeByGrantId: (grantId) => deleteOidcRowsOfGrant(database, grantId, model),
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
      await deleteOidcRow(transaction, 'Grant', id);
      await revokeSession(transaction, id as SessionId, now());
    }),
});

const save = (queries: Queries, row: NewOidcRow): Promise<void> =>
  saveOidcRow(queries, { ...row, payload: withoutSecrets(row.payload) });

const withoutSecrets = ({ jti: _, session, ...payload }: AdapterPayload): AdapterPayload => {
  if (session === undefined) return payload;
  const { cookie: __, ...rest } = session;
  return { ...payload, session: rest };
};

const restore = ({ payload, consumedAt }: OidcRow, id: string | undefined): AdapterPayload => ({
  ...payload,
  ...(id === undefined ? {} : { jti: id }),
  ...(consumedAt === null ? {} : { consumed: consumedAt }),
});

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

// What has no end of its own is forgotten after a day.
const expiry = (now: Date, seconds = 24 * 60 * 60): Date => new Date(now.getTime() + seconds * 1000);
