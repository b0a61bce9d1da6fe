import type { KmsHost } from '@cloister/wire';

type SeenKey = {
  /** SHA-256 of the SubjectPublicKeyInfo, base64url. */
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly firstSeenAt: string;
  readonly seenAt: string;
};

/** A peer as administrators see it: its present key, and those it had before. */
export type PeerView = SeenKey & { readonly kmsHost: KmsHost; readonly earlier: readonly SeenKey[] };
