import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, type JWK, SignJWT } from 'jose';

export interface ProofParts {
  readonly htm?: unknown;
  readonly htu?: unknown;
  readonly iat?: unknown;
  readonly jti?: unknown;
  readonly typ?: string;
}

/** A key of a client, and the proofs it makes. */
export const newProver = async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  return {
    jkt: await calculateJwkThumbprint(jwk),
    prove: (url: string, ms: number, parts: ProofParts = {}) => {
      const { htm = 'POST', htu = url, iat = Math.floor(ms / 1000), jti = randomUUID(), typ = 'dpop+jwt' } = parts;
      return new SignJWT({ htm, htu, iat, jti } as Record<string, unknown>)
        .setProtectedHeader({ alg: 'ES256', typ, jwk })
        .sign(privateKey);
    },
    proveWithPrivateHalf: (url: string, ms: number) =>
      new SignJWT({ htm: 'POST', htu: url, iat: Math.floor(ms / 1000), jti: randomUUID() })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: privateKey.export({ format: 'jwk' }) as JWK })
        .sign(privateKey),
  };
};
