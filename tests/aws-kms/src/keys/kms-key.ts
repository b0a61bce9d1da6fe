import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { Grant } from '../grants/grant.ts';

export type KeyState =
  | 'Creating'
  | 'Enabled'
  | 'Disabled'
  | 'PendingDeletion'
  | 'PendingImport'
  | 'PendingReplicaDeletion'
  | 'Unavailable'
  | 'Updating';

/** What a key can do, as CreateKey takes it. */
export type KeyKind = { readonly spec: string; readonly usage: string; readonly algorithms: readonly string[] };

/** A KMS key. Its material stays in this process; its policy is the default one: its account may do everything. */
export type KmsKey = {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly kind: KeyKind;
  readonly origin: 'AWS_KMS' | 'EXTERNAL';
  readonly multiRegion: boolean;
  readonly description: string;
  readonly createdAt: number;
  readonly material: KeyObject;
  readonly grants: Map<string, Grant>;
  state: KeyState;
  /** While its deletion is pending. */
  deletion: { readonly at: number; readonly days: number } | null;
};

export function makeKey(
  given: Pick<KmsKey, 'account' | 'region' | 'kind' | 'origin' | 'multiRegion' | 'description' | 'createdAt'>,
): KmsKey {
  const id = given.multiRegion ? `mrk-${randomUUID().replaceAll('-', '')}` : randomUUID();
  return {
    ...given,
    id,
    arn: `arn:aws:kms:${given.region}:${given.account}:key/${id}`,
    material: createSecretKey(randomBytes(32)),
    grants: new Map(),
    state: given.origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled',
    deletion: null,
  };
}
