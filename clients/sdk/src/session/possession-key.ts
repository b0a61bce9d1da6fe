import { signProof } from '@cloister/kms-channel';
import { type EcPublicJwk, PrivateKey, publicPart, signCompact } from '@cloister/seal';
import type { KmsHost } from '@cloister/wire';

/**
 * The key that the KMS token is bound to. It cannot be exported and lives as long as the process: a token that leaks
 * is useless without it (threats row 21).
 */
export interface PossessionKey {
  /** RFC 9449 §4.2: a proof for one HTTP request. */
  dpop(request: {
    readonly method: string;
    readonly url: string;
    readonly id: string;
    readonly now: Date;
  }): Promise<string>;
  /** The proof inside the handshake (wires §2): this bearer, this ephemeral key, this key server, now. */
  kmsProof(subject: {
    readonly bearer: string;
    readonly channelJwk: EcPublicJwk;
    readonly kmsHost: KmsHost;
    readonly now: Date;
  }): Promise<string>;
}

export const newPossessionKey = async (): Promise<PossessionKey> => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const publicJwk = publicPart(await crypto.subtle.exportKey('jwk', pair.publicKey));
  const key = PrivateKey.fromCryptoKey('possession', pair.privateKey, publicJwk);
  return {
    dpop: ({ method, url, id, now }) =>
      signCompact(
        { key, alg: 'ES256', header: { typ: 'dpop+jwt', jwk: publicJwk, kid: undefined } },
        JSON.stringify({ jti: id, htm: method, htu: url, iat: Math.floor(now.getTime() / 1000) }),
      ),
    kmsProof: (subject) => signProof(key, subject),
  };
};
