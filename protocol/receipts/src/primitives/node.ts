import { hash, KeyObject, sign, verify } from 'node:crypto';
import type { ReceiptKey } from '../receipt-key.ts';
import type { Primitives } from './primitives.ts';
import { primitives as web } from './web.ts';

/** Synchronous node:crypto: for so little work the way to another thread and back costs more than the work. */
export const primitives: Primitives = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  sign: (key, bytes) => (isEd25519(key, 'private') ? sign(null, bytes, key) : web.sign(key, bytes)),
  verify: (key, signature, bytes) =>
    isEd25519(key, 'public') ? verify(null, bytes, key, signature) : web.verify(key, signature, bytes),
};

/** WebCrypto keys stay with WebCrypto, which also refuses what is no key for this. */
const isEd25519 = (key: ReceiptKey, half: 'private' | 'public'): key is KeyObject =>
  key instanceof KeyObject && key.type === half && key.asymmetricKeyType === 'ed25519';
