import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { keyThumbprint, signRealmProofs, signRealmToken } from '@cloister/verify';
import type { EcPublicJwk, EdPublicJwk, KmsHost, RealmProof } from '@cloister/wire';
import { inviteRealm } from '../realms/invite-realm.ts';
import { sha256 } from '../store/sha256.ts';
import type { IdentityUnderTest } from './identity-under-test.ts';

/** A key server's own keys, for a test to join and renew with. */
export class JoiningRealm {
  readonly kmsHost: KmsHost;
  link = ed25519();
  receipt = ed25519();
  tls = p256();
  readonly #identity: IdentityUnderTest;

  constructor(identity: IdentityUnderTest, kmsHost: string) {
    this.#identity = identity;
    this.kmsHost = kmsHost as KmsHost;
  }

  get keys() {
    return {
      linkKey: jwkOf<EdPublicJwk>(this.link),
      receiptKey: jwkOf<EdPublicJwk>(this.receipt),
      tlsKey: jwkOf<EcPublicJwk>(this.tls),
    };
  }

  statement(change: Partial<RealmProof> = {}): RealmProof {
    const { linkKey, receiptKey, tlsKey } = this.keys;
    return {
      act: 'join',
      aud: keyThumbprint(this.#identity.provisioned.feedKey as JsonWebKey),
      kmsHost: this.kmsHost,
      keys: { link: keyThumbprint(linkKey), receipt: keyThumbprint(receiptKey), tls: keyThumbprint(tlsKey) },
      iat: Math.floor(this.#identity.clock.ms / 1000),
      ...change,
    };
  }

  proofs(change: Partial<RealmProof> = {}, keys: readonly KeyObject[] = [this.link, this.receipt, this.tls]): string[] {
    return signRealmProofs(this.statement(change), keys);
  }

  join(secret: string, proofs = this.proofs({ code: sha256(secret).toString('base64url') })) {
    const json = { kmsHost: this.kmsHost, secret, ...this.keys, proofs };
    return this.#identity.client().ask('/identity/api/v1/realms', { json });
  }

  /** Asks for its present keys to replace those that stand; `signers` are whose word it is. */
  renew(signers: readonly KeyObject[], change: Partial<RealmProof> = {}) {
    const json = { ...this.keys, proofs: this.proofs({ act: 'renew', ...change }, signers) };
    return this.#identity.client().ask(`/identity/api/v1/realms/${this.kmsHost}/keys`, { json });
  }

  token(key = this.link): string {
    return signRealmToken({ key, issuer: this.kmsHost, audience: 'identity', now: this.#identity.clock.ms });
  }
}

/** The operator's invitation, as the command makes it. */
export const inviteTo = (identity: IdentityUnderTest, kmsHost: string, secret: string, change: object = {}) =>
  inviteRealm(
    {
      database: identity.database,
      config: identity.config,
      feedKey: keyThumbprint(identity.provisioned.feedKey as JsonWebKey),
      log: { event: () => {}, failure: () => {} },
      now: () => new Date(identity.clock.ms),
    },
    { domain: 'globex.example' as never, kmsHost: kmsHost as KmsHost, vouched: false, secret, ...change },
  );

export const ed25519 = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
export const p256 = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const jwkOf = <Jwk>(key: KeyObject): Jwk => {
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  return (y === undefined ? { kty, crv, x } : { kty, crv, x, y }) as Jwk;
};
