import { existsSync, readFileSync } from 'node:fs';
import type { RealmKeys } from './configs.ts';

/** The public halves that the key server's provisioning wrote, or undefined before it ran. */
export function readRealmKeys(folder: string): { realm: RealmKeys; staticKey: JsonWebKey } | undefined {
  const file = `${folder}/public.json`;
  if (!existsSync(file)) return undefined;
  const { kmsHost, organisations, staticKey, linkKey, receiptKey } = JSON.parse(readFileSync(file, 'utf8'));
  return { realm: { kmsHost, organisationIds: organisations, linkKey, receiptKey }, staticKey };
}
