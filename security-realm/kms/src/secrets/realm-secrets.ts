import { createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Database } from '@cloister/database';
import { type PrivateJwk, type PublicJwk, publicPart, thumbprint } from '@cloister/seal';
import { CloisterError } from '@cloister/wire';
import type { KekStore } from '../keys/kek-store.ts';
import { openRow, type SealedPlace, sealUnder } from '../keys/key-vault.ts';
import { findSecret, insertSecret, type SecretName } from '../store/secret-row.ts';

/** A private key of the realm, in memory. */
export type RealmSecret = { readonly kid: string; readonly publicJwk: PublicJwk; readonly privateJwk: PrivateJwk };

export type SecretStore = { readonly database: Database; readonly keks: KekStore; readonly organisationId: string };

const placeOf = (organisationId: string, name: SecretName): SealedPlace => ({
  kind: 'realm-secret',
  organisationId,
  id: [name],
  level: 'realm',
});

const generate = promisify(generateKeyPair);

const generateJwk = async (name: SecretName): Promise<PrivateJwk> => {
  // 3072 bits: 128-bit security, and still a thousand handshakes a second on two cores.
  const { privateKey } =
    name === 'static'
      ? await generate('rsa', { modulusLength: 3072, publicExponent: 65537 })
      : await generate('ed25519');
  return (privateKey as KeyObject).export({ format: 'jwk' }) as unknown as PrivateJwk;
};

/** Makes the key unless it is there. */
const ensureSecret = async ({ database, keks, organisationId }: SecretStore, name: SecretName, now: Date) => {
  if ((await findSecret(database, name)) !== null) return;
  const jwk = await generateJwk(name);
  const kek = await keks.current(organisationId, 'realm', 'secrets');
  const bytes = Buffer.from(JSON.stringify(jwk));
  const sealed = sealUnder(kek, placeOf(organisationId, name), bytes);
  bytes.fill(0);
  await insertSecret(database, { name, publicJwk: JSON.stringify(publicPart(jwk)), ...sealed }, now);
};

export type RealmSecrets = {
  readonly staticKey: RealmSecret;
  readonly receiptKey: RealmSecret;
  readonly linkKey: RealmSecret;
  /** Signs the bearers of anonymous authorizations; only this server verifies them. */
  readonly authorizationKey: RealmSecret;
};

/** Makes those of the realm's keys that are not there. */
export const ensureSecrets = async (store: SecretStore, now: Date): Promise<void> => {
  for (const name of ['static', 'receipt', 'link', 'authorization'] as const) await ensureSecret(store, name, now);
};

/** @throws CloisterError as {@link loadSecret} */
export const loadSecrets = async (store: SecretStore): Promise<RealmSecrets> => {
  const [staticKey, receiptKey, linkKey, authorizationKey] = await Promise.all([
    loadSecret(store, 'static'),
    loadSecret(store, 'receipt'),
    loadSecret(store, 'link'),
    loadSecret(store, 'authorization'),
  ]);
  return { staticKey, receiptKey, linkKey, authorizationKey };
};

/** @throws CloisterError `config/invalid` before the first provisioning, `platform/at-rest` for a row that does not open */
const loadSecret = async (store: SecretStore, name: SecretName): Promise<RealmSecret> => {
  const row = await findSecret(store.database, name);
  if (row === null) {
    throw new CloisterError('config/invalid', {
      detail: 'this key server has not all of its keys yet; run main.ts provision first',
    });
  }
  const bytes = await openRow(store.keks, placeOf(store.organisationId, name), row);
  const privateJwk = JSON.parse(bytes.toString('utf8')) as PrivateJwk;
  bytes.fill(0);
  const publicJwk = publicPart(privateJwk);
  return { kid: await thumbprint(publicJwk), publicJwk, privateJwk };
};

/** The key as node:crypto holds it. */
export const keyObjectOf = ({ privateJwk }: RealmSecret): KeyObject =>
  createPrivateKey({ key: privateJwk as unknown as JsonWebKey, format: 'jwk' });
