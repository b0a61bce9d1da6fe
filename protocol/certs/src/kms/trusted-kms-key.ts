import type { KmsHost } from '@cloister/wire';
import type { SpkiFingerprint } from '../pin/spki-fingerprint.ts';

declare const checked: unique symbol;

/** A key server's static key whose certificate proved its name. Only `checkKmsCertificate` makes one. */
export interface TrustedKmsKey {
  readonly [checked]: true;
  /** The `kid` verbatim: `kms://host`, perhaps with a path. */
  readonly kid: string;
  readonly host: KmsHost;
  readonly jwk: { readonly kty: 'RSA'; readonly n: string; readonly e: string };
  /** When the leaf certificate runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** Of the key, for pinning. */
  readonly fingerprint: SpkiFingerprint;
}
