import type { KmsHost } from '@cloister/wire';
import { rootsFromPem } from '../pem.ts';

/** What discovery publishes as `rsaPublicKey`, a JSON string (kms.md §1.1). */
export interface PublishedKmsJwk {
  readonly kty: 'RSA';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  /** Standard base64 DER, leaf first. */
  readonly x5c: readonly string[];
}

/** Joins the static key's public half with its chain. It carries no `use` and no `alg`: both break clients (kms.md §0.3). */
export function publishKmsKey(parts: {
  readonly kmsHost: KmsHost;
  readonly jwk: { readonly n: string; readonly e: string };
  /** PEM, leaf first. */
  readonly chainPem: string;
}): PublishedKmsJwk {
  const x5c = rootsFromPem(parts.chainPem).map((der) => btoa(String.fromCharCode(...der)));
  return { kty: 'RSA', kid: `kms://${parts.kmsHost}`, n: parts.jwk.n, e: parts.jwk.e, x5c };
}
