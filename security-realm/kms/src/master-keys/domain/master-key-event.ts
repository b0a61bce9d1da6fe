import type { Denial } from './key-unusable.ts';
import type { MasterKeySource } from './organisation-keys.ts';

type OfKey<T extends string> = { readonly type: T; readonly keyId: string };

/** What can happen to the main keys of an organisation: the rows of byok.md §4.2. */
export type MasterKeyEvent =
  /** An uploaded key; its check value is unknown while it is only asked whether it could be taken. */
  | (OfKey<'upload'> & { readonly checkValue: Buffer | null; readonly activate: boolean })
  /** A key at Amazon that lets itself be used. */
  | (OfKey<'addArn'> & { readonly arn: string; readonly activate: boolean })
  /** `denied` says why Amazon refuses; null for a key that was tried, or that needs no trying. */
  | (OfKey<'activate'> & { readonly denied: Denial | null })
  /** No KEK is left under the key; null is the realm's default. Whoever says so has counted under the lock. */
  | { readonly type: 'rotationDone'; readonly keyId: string | null }
  | OfKey<'retireOver'>
  | OfKey<'revoke'>
  | (OfKey<'amazonDenied'> & { readonly reason: string })
  | OfKey<'amazonOk'>
  | OfKey<'revokeLocally'>
  | OfKey<'delete'>
  | OfKey<'undelete'>
  | OfKey<'purgeOver'>
  /** The removed head came again: by its check value, or its ARN. */
  | (OfKey<'reupload'> & { readonly checkValue: Buffer | null; readonly arn: string | null })
  | { readonly type: 'byokDisable' }
  | { readonly type: 'deleteAll'; readonly source: MasterKeySource }
  | OfKey<'removePending'>;
