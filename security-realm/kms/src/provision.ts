import { openRealmLog } from '@cloister/logging';
import type { KmsConfig } from './config.ts';
import { type KekParts, openKeks } from './keys/open-keks.ts';
import { type OpenParts, openParts } from './open-parts.ts';
import { ensureSecrets, isProvisioned, loadSecrets, type RealmSecrets } from './secrets/realm-secrets.ts';
import { writePublicHalves } from './secrets/write-public-halves.ts';

/** Makes the realm's keys on the first run, and writes their public halves every time (README.md). */
export const provision = async (config: KmsConfig): Promise<void> => {
  const log = openRealmLog({ name: 'kms' });
  const parts = await openParts(config, log);
  try {
    const { kmsHost, organisations } = config;
    const secrets = await provisionRealm({ ...parts, organisations });
    writePublicHalves(config.provision, { kmsHost, organisations, ...secrets });
    log.event('kms.provisioned', { kmsHost });
  } finally {
    await parts.close();
  }
};

export type RealmParts = KekParts & Pick<OpenParts, 'database'>;

/** Makes those of the realm's keys that are not there yet, in a migrated database. */
export const provisionRealm = async (parts: RealmParts): Promise<RealmSecrets> => {
  await ensureSecrets(storeOf(parts), parts.now());
  return openRealm(parts);
};

/**
 * The realm's keys; one that a newer version of this program needs is made.
 * @throws CloisterError `config/invalid` before the first provisioning
 */
export const openRealm = async (parts: RealmParts): Promise<RealmSecrets> => {
  const store = storeOf(parts);
  if (await isProvisioned(store)) await ensureSecrets(store, parts.now());
  return loadSecrets(store);
};

export const storeOf = (parts: RealmParts) => {
  const { keks, realmOrganisationId } = openKeks(parts);
  return { database: parts.database, keks, organisationId: realmOrganisationId };
};
