import { randomBytes } from 'node:crypto';
import { newId } from '@cloister/wire';
import type { HsmConfig } from '../config.ts';
import type { Keystore } from './keystore.ts';
import { Pkcs11Keystore } from './pkcs11/pkcs11-keystore.ts';
import { SoftwareKeystore } from './software/software-keystore.ts';

/** The local keystore that the configuration names. Throws `hsm/…` when it cannot be used; nothing is then served. */
export const openKeystore = async ({ keystore, uploadKeyBits }: HsmConfig, pin: Buffer): Promise<Keystore> => {
  const common = { pin, uploadKeyBits, now: () => new Date(), newId };
  if (keystore.kind === 'software') return SoftwareKeystore.open({ path: keystore.path, ...common });
  return await Pkcs11Keystore.open({ ...keystore, ...common, randomBytes });
};
