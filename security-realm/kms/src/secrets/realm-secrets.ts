import { createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Database } from '@cloister/database';
import { type PrivateJwk, type PublicJwk, publicPart, thumbprint } from '@cloister/seal';
import { CloisterError } from '@cloister/wire';
import type { KekStore } from '../keys/kek-store.ts';
import { openRow, type SealedPlace, sealUnder } from '../keys/key-vault.ts';
import {
  findSecret,
  insertSecret,
  type RenewableSecret,
  renewableSecrets,
  type SecretName,
} from '../store/secret-row.ts';

/** A private key of the realm, in memory. */
export type RealmSecret = { readonly kid: string; readonly publicJwk: PublicJwk; readonly privateJwk: PrivateJwk };

export type SecretStore = { readonly database: Database; readonly keks: KekStore; readonly organisationId: string };

export const placeOf = (organisationId: string, name: SecretName): SealedPlace => ({
  kind: 'realm-secret',
  organisationId,
  id: [name],
  level: 'realm',
});

const generate = promisify(generateKeyPair);

const generateKey = (name: SecretName): Promise<{ privateKey: KeyObject }> => {
  const [kind] = name.split('-');
  // 3072 bits: 128-bit security, and still a thousand handshakes a second on two cores.
  if (kind === 'static') return generate('rsa', { modulusLength: 3072, publicExponent: 65537 });
  if (kind === 'tls') return generate('ec', { namedCurve: 'P-256' });
  return generate('ed25519');
};

/** Makes the key unless it is there. */
export const ensureSecret = async (
  { database, keks, organisationId }: SecretStore,
  name: SecretName,
  now: Date,
): Promise<void> => {
  if ((await findSecret(database, name)) !== null) return;
  const { privateKey } = await generateKey(name);
  const jwk = privateKey.export({ format: 'jwk' }) as unknown as PrivateJwk;
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
  /** P-256: proves this realm to other realms, on both sides of TLS (wires.md §13). */
  readonly tlsKey: RealmSecret;
  /** Successors that wait for the world to know them, and the static key before, which clients may still know. */
  readonly next: Readonly<Partial<Record<RenewableSecret, RealmSecret>>>;
  readonly staticBefore: RealmSecret | null;
};

/** Makes those of the realm's keys that are not there. */
export const ensureSecrets = async (store: SecretStore, now: Date): Promise<void> => {
  for (const name of ['static', 'receipt', 'link', 'authorization', 'tls'] as const) {
    await ensureSecret(store, name, now);
  }
};

/** Whether the realm was provisioned, perhaps by a version of this program that needed fewer keys. */
export const isProvisioned = async ({ database }: Pick<SecretStore, 'database'>): Promise<boolean> =>
  (await findSecret(database, 'static')) !== null;

/** @throws CloisterError as {@link loadSecret} */
export const loadSecrets = async (store: SecretStore): Promise<RealmSecrets> => {
  const [staticKey, receiptKey, linkKey, authorizationKey, tlsKey, staticBefore, next] = await Promise.all([
    loadSecret(store, 'static'),
    loadSecret(store, 'receipt'),
    loadSecret(store, 'link'),
    loadSecret(store, 'authorization'),
    loadSecret(store, 'tls'),
    maybeSecret(store, 'static-before'),
    loadNext(store),
  ]);
  return { staticKey, receiptKey, linkKey, authorizationKey, tlsKey, staticBefore, next };
};

/** @throws CloisterError `config/invalid` before the first provisioning, `platform/at-rest` for a row that does not open */
const loadSecret = async (store: SecretStore, name: SecretName): Promise<RealmSecret> => {
  const secret = await maybeSecret(store, name);
  if (secret !== null) return secret;
  throw new CloisterError('config/invalid', {
    detail: 'this key server has not all of its keys yet; run main.ts provision first',
  });
};

const loadNext = async (store: SecretStore): Promise<RealmSecrets['next']> => {
  const next: Partial<Record<RenewableSecret, RealmSecret>> = {};
  for (const name of renewableSecrets) {
    const secret = await maybeSecret(store, `${name}-next`);
    if (secret !== null) next[name] = secret;
  }
  return next;
};

/** @throws CloisterError `platform/at-rest` for a row that does not open */
export const maybeSecret = async (store: SecretStore, name: SecretName): Promise<RealmSecret | null> => {
  const row = await findSecret(store.database, name);
  if (row === null) return null;
  const bytes = await openRow(store.keks, placeOf(store.organisationId, name), row);
  const privateJwk = JSON.parse(bytes.toString('utf8')) as PrivateJwk;
  bytes.fill(0);
  const publicJwk = publicPart(privateJwk);
  return { kid: await thumbprint(publicJwk), publicJwk, privateJwk };
};

/** The key as node:crypto holds it. */
export const keyObjectOf = ({ privateJwk }: RealmSecret): KeyObject =>
  createPrivateKey({ key: privateJwk as unknown as JsonWebKey, format: 'jwk' });
