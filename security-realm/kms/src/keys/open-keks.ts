import type { Database } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import type { Hsm } from './hsm.ts';
import { KekStore } from './kek-store.ts';
import { MainKeys } from './main-keys.ts';

export type KekParts = {
  readonly organisations: readonly string[];
  readonly sideDatabase: Database;
  readonly hsm: Hsm;
  readonly now: () => Date;
  readonly monotonicNow: () => number;
  readonly newId: () => string;
  /** Throws where this node may not use keys; without it, it always may (provisioning). */
  readonly requireLease?: () => void;
};

/** The KEKs of a realm, and whose its own keys are: the first organisation's. */
export const openKeks = (parts: KekParts): { keks: KekStore; realmOrganisationId: string } => {
  const { organisations, sideDatabase, hsm, now, monotonicNow, newId, requireLease = () => {} } = parts;
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
    requireLease,
    mainKeys: new MainKeys({ database: sideDatabase, hsm, realmOrganisationId, now }),
  });
  return { keks, realmOrganisationId };
};
