import { cryptoKeyFor } from '../receipt-key.ts';
import type { Primitives } from './primitives.ts';

/** WebCrypto: what browsers run. */
export const primitives: Primitives = {
  sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),
  sign: async (key, bytes) => new Uint8Array(await crypto.subtle.sign('Ed25519', cryptoKeyFor(key, 'sign'), bytes)),
  verify: async (key, signature, bytes) =>
    crypto.subtle.verify('Ed25519', cryptoKeyFor(key, 'verify'), signature, bytes),
};
