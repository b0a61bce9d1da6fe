import { KeyObject } from 'node:crypto';
import { CloisterError } from '@cloister/wire';

/** A 256-bit key: a `KeyObject` for long holds, bytes for a key just unwrapped (the caller zeroes them). */
export type RowKey = KeyObject | Uint8Array;

/** Refuses any key that is not 256 bits of secret. */
export function checkRowKey(key: RowKey): RowKey {
  const size = key instanceof KeyObject ? (key.type === 'secret' ? key.symmetricKeySize : 0) : key.length;
  if (size !== 32) throw new CloisterError('platform/at-rest');
  return key;
}
