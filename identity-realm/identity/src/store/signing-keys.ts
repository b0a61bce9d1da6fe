import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { open, type RowKey, seal } from '@cloister/at-rest';
import { type Database, type Queries, sql } from '@cloister/database';
import { calculateJwkThumbprint, type JWK } from 'jose';

/** What a key is for; none is used for two things. */
export type KeyPurpose = 'token' | 'feed' | 'cookie';

/** A key opened from the database. Cookie keys are secrets without a public half. */
export interface StoredKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly secret: Buffer;
}

const aad = (purpose: KeyPurpose, kid: string): readonly string[] => ['identity/signing-key', purpose, kid];

/** All keys of a purpose, newest first. */
export const readKeys = async (
  queries: Queries,
  atRest: RowKey,
  purpose: KeyPurpose,
): Promise<readonly StoredKey[]> => {
  const rows = await queries.rows(sql<{ kid: string; publicJwk: JWK; sealed: Buffer; commit: Buffer }>`
    SELECT kid, public_jwk AS "publicJwk", sealed, commit FROM signing_keys WHERE purpose = ${purpose}
    ORDER BY created_at DESC, kid`);
  return rows.map(({ kid, publicJwk, sealed, commit }) => ({
    kid,
    publicJwk,
    secret: open(atRest, { sealed, commit }, aad(purpose, kid)),
  }));
};

/** Makes the first key of each purpose that has none. */
export const ensureKeys = (database: Database, atRest: RowKey, at: Date): Promise<void> =>
  database.transaction(async (transaction) => {
    await transaction.execute(sql`LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE`);
    for (const purpose of ['token', 'feed', 'cookie'] as const) {
      const known = await transaction.rows(sql`SELECT 1 FROM signing_keys WHERE purpose = ${purpose} LIMIT 1`);
      if (known.length > 0) continue;
      const { kid, publicJwk, secret } = await newKey(purpose);
      const { sealed, commit } = seal(atRest, secret, aad(purpose, kid));
      secret.fill(0);
      await transaction.execute(sql`
        INSERT INTO signing_keys (kid, purpose, public_jwk, sealed, commit, created_at)
        VALUES (${kid}, ${purpose}, ${JSON.stringify(publicJwk)}::jsonb, ${sealed}, ${commit}, ${at})`);
    }
  });

/** The private half as node:crypto wants it. */
export const privateKey = ({ secret }: StoredKey): KeyObject =>
  createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' });

const newKey = async (purpose: KeyPurpose): Promise<StoredKey> => {
  if (purpose === 'cookie')
    return { kid: randomBytes(16).toString('base64url'), publicJwk: { kty: 'oct' }, secret: randomBytes(32) };
  const { publicKey, privateKey: secretKey } =
    purpose === 'feed' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bare = publicKey.export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(bare);
  const alg = purpose === 'feed' ? 'EdDSA' : 'ES256';
  return {
    kid,
    publicJwk: { ...bare, kid, alg, use: 'sig' },
    secret: secretKey.export({ format: 'der', type: 'pkcs8' }),
  };
};
