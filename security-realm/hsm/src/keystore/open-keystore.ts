import { CloisterError, newId } from '@cloister/wire';
import type { HsmConfig } from '../config.ts';
import type { Keystore } from './keystore.ts';
import { SoftwareKeystore } from './software/software-keystore.ts';

/** The local keystore that the configuration names. Throws `hsm/…` when it cannot be used; nothing is then served. */
export const openKeystore = async ({ keystore, uploadKeyBits }: HsmConfig, pin: Buffer): Promise<Keystore> => {
  if (keystore.kind === 'software') {
    return SoftwareKeystore.open({ path: keystore.path, pin, uploadKeyBits, now: () => new Date(), newId });
  }
  throw new CloisterError('hsm/module-unusable');
};
