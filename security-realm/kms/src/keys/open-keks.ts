import type { Database } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import type { Hsm } from './hsm.ts';
import { KekStore } from './kek-store.ts';

export type KekParts = {
  readonly organisations: readonly string[];
  readonly sideDatabase: Database;
  readonly hsm: Hsm;
  readonly now: () => Date;
  readonly monotonicNow: () => number;
  readonly newId: () => string;
};

/**
 * The KEKs of a realm: content and realm keys under the realm's default main key, channels under a key of the day that is
 * destroyed with its last channel (architecture §5).
 */
export const openKeks = (parts: KekParts): { keks: KekStore; realmOrganisationId: string } => {
  const { organisations, sideDatabase, hsm, now, monotonicNow, newId } = parts;
  const [realmOrganisationId] = organisations;
  if (realmOrganisationId === undefined) {
    throw new CloisterError('config/invalid', { detail: 'organisations names none' });
  }
  const keks = new KekStore({
    database: sideDatabase,
    hsm,
    now,
    monotonicNow,
    newId,
    wrappingKeyOf: async (_organisationId, level, label) => {
      const { keyId } =
        level === 'channel'
          ? await hsm.ensureKey(realmOrganisationId, 'channel', label)
          : await hsm.ensureKey(realmOrganisationId, 'main', 'default');
      return { keyId, organisationId: realmOrganisationId };
    },
    mainKeyOf: async ({ hsmKeyId }) => ({ keyId: hsmKeyId, organisationId: realmOrganisationId }),
  });
  return { keks, realmOrganisationId };
};
