import { type PrivateKey, signCompact, verifyCompact } from '@cloister/seal';
import {
  type AuthorizationUri,
  CloisterError,
  type CompactJws,
  instanceUriOf,
  isKmsHost,
  type KmsHost,
  type ResourceUri,
  readJson,
} from '@cloister/wire';
import * as z from 'zod/mini';

/** RFC 8725 §3.11: a type of its own, so that nothing else passes for it. */
const TYPE = 'cloister-authorization+jwt';
const MAX_LENGTH = 4096;

const claims = z.object({
  iss: z.custom<KmsHost>(isKmsHost),
  aud: z.custom<KmsHost>(isKmsHost),
  sub: instanceUriOf('authorizations'),
  resource: instanceUriOf('resources'),
  iat: z.number(),
  exp: z.number(),
});

/** What a bearer says: which authorization it is, and on what. */
export type Bearing = { readonly authorizationUri: AuthorizationUri; readonly resourceUri: ResourceUri };

const refuse = (): CloisterError =>
  new CloisterError('kms/not-authorized', { detail: 'the bearer is none of a living authorization' });

/**
 * The bearers of anonymous authorizations: "a KMS generated JWT bearer token … that identifies the issuing KMS, the
 * anonymous authorization ID, the KRO to which it applies, and a TTL that matches the expiration of the authorization
 * itself" (draft-abiggs-saag-key-management-service, KMS Authorization Objects). By itself one proves little: the
 * authorization must be there too, so that removing it ends the bearer.
 */
export class AnonymousBearers {
  readonly #kmsHost: KmsHost;
  readonly #key: PrivateKey;

  /** `key` is an Ed25519 key that signs nothing else. */
  constructor(kmsHost: KmsHost, key: PrivateKey) {
    this.#kmsHost = kmsHost;
    this.#key = key;
  }

  async sign({ authorizationUri, resourceUri }: Bearing, { now, expiresAt }: { now: Date; expiresAt: Date }) {
    const host = this.#kmsHost;
    const said = {
      iss: host,
      aud: host,
      sub: authorizationUri,
      resource: resourceUri,
      iat: Math.floor(now.getTime() / 1000),
      exp: Math.floor(expiresAt.getTime() / 1000),
    };
    const signer = { key: this.#key, alg: 'EdDSA' as const, header: { typ: TYPE } };
    return (await signCompact(signer, JSON.stringify(said))) as CompactJws;
  }

  /** @throws CloisterError `kms/not-authorized`, the same for every fault */
  async verify(bearer: CompactJws, now: Date): Promise<Bearing> {
    const { kid, publicJwk } = this.#key;
    try {
      const rules = { keys: { [kid]: publicJwk }, algorithms: ['EdDSA'] as const, typ: TYPE, maxLength: MAX_LENGTH };
      const { payload } = await verifyCompact(bearer, rules);
      const { iss, aud, sub, resource, exp } = claims.parse(readJson(payload, MAX_LENGTH));
      if (iss !== this.#kmsHost || aud !== this.#kmsHost || exp * 1000 <= now.getTime()) throw refuse();
      return { authorizationUri: sub, resourceUri: resource };
    } catch {
      throw refuse();
    }
  }
}
