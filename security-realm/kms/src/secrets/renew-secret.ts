import { sealUnder } from '../keys/key-vault.ts';
import { deleteSecret, insertSecret, lockSecrets, type RenewableSecret, type SecretName } from '../store/secret-row.ts';
import { ensureSecret, maybeSecret, placeOf, type RealmSecret, type SecretStore } from './realm-secrets.ts';

/** Makes the successor of a key, unless one is waiting: nobody knows it yet. */
export const beginRenewal = (store: SecretStore, name: RenewableSecret, now: Date): Promise<void> =>
  ensureSecret(store, `${name}-next`, now);

/**
 * The successor takes its place; without one, nothing happens, since the renewal was finished before. The static key before it
 * stays for clients that know it, until the next renewal.
 */
export const finishRenewal = async (store: SecretStore, name: RenewableSecret, now: Date): Promise<void> => {
  await store.database.transaction(async (transaction) => {
    await lockSecrets(transaction);
    const next = await maybeSecret(store, `${name}-next`);
    const present = await maybeSecret(store, name);
    if (next === null || present === null) return;
    const keep = async (as: SecretName, secret: RealmSecret) => {
      await deleteSecret(transaction, as);
      const kek = await store.keks.current(store.organisationId, 'realm', 'secrets');
      const bytes = Buffer.from(JSON.stringify(secret.privateJwk));
      const sealed = sealUnder(kek, placeOf(store.organisationId, as), bytes);
      bytes.fill(0);
      await insertSecret(transaction, { name: as, publicJwk: JSON.stringify(secret.publicJwk), ...sealed }, now);
    };
    if (name === 'static') await keep('static-before', present);
    await keep(name, next);
    await deleteSecret(transaction, `${name}-next`);
  });
};
