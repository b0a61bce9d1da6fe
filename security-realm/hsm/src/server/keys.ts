import { CloisterError } from '@cloister/wire';
import type { AmazonKeys } from '../keystore/amazon-keys.ts';
import type { Keystore } from '../keystore/keystore.ts';

/** The keys of one hsm: its local keystore and, where configured, a way to Amazon's. */
export type Keys = { readonly keystore: Keystore; readonly amazon: AmazonKeys | null };

/** Throws `hsm/no-aws`. */
export const amazonOf = ({ amazon }: Keys): AmazonKeys => {
  if (amazon === null) throw new CloisterError('hsm/no-aws');
  return amazon;
};
