import { existsSync, readFileSync } from 'node:fs';
import type { RealmKeys } from './configs.ts';

/** The public halves that the key server's provisioning wrote, or undefined before it ran, or when it wrote fewer than it does now. */
export function readRealmKeys(
  folder: string,
): { realm: RealmKeys; staticKey: JsonWebKey; tlsKey: JsonWebKey } | undefined {
  const file = `${folder}/public.json`;
  if (!existsSync(file)) return undefined;
  const { kmsHost, organisations, staticKey, linkKey, receiptKey, tlsKey } = JSON.parse(readFileSync(file, 'utf8'));
  if (tlsKey === undefined) return undefined;
  return { realm: { kmsHost, organisationIds: organisations, linkKey, receiptKey }, staticKey, tlsKey };
}
