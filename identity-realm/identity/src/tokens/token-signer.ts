import type { KeyObject } from 'node:crypto';
import { type AccessTokenClaims, CloisterError, parseAccessTokenClaims } from '@cloister/wire';
import { type CryptoKey, errors, importJWK, type JWK, type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import { privateKey, type StoredKey } from '../store/signing-keys.ts';

/** Signs access tokens with the newest key and reads those of any key that is still published. */
export interface TokenSigner {
  /** Public halves, newest first: what the feed and `/jwks` publish. */
  readonly publicKeys: readonly JWK[];
  sign(claims: AccessTokenClaims): Promise<string>;
  /**
   * The claims of a token of this server that has not expired. Whether its sign-in still holds is the store's to say.
   * @throws CloisterError `identity/invalid-token`
   */
  read(token: string, now: Date): Promise<AccessTokenClaims>;
}

/** Makes the signer over keys from the store, newest first. */
export const openTokenSigner = async (issuer: string, keys: readonly StoredKey[]): Promise<TokenSigner> => {
  const [newest] = keys;
  if (newest === undefined) throw new CloisterError('identity/internal', { detail: 'there is no token key' });
  const signingKey: KeyObject = privateKey(newest);
  const publicKeys = keys.map(({ publicJwk }) => publicJwk);
  const byKid = new Map<string, CryptoKey | Uint8Array>();
  for (const { kid, publicJwk } of keys) byKid.set(kid, await importJWK(publicJwk, 'ES256'));

  const keyOf = ({ kid }: JWTHeaderParameters) => {
    const key = byKid.get(kid ?? '');
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  };
  return {
    publicKeys,
    sign: (claims) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid: newest.kid, typ: 'at+jwt' }).sign(signingKey),
    read: async (token, now) => {
      try {
        // RFC 9068 §4: type, issuer, expiry and signature; the algorithm is fixed here (RFC 8725 §3.1).
        const options = {
          issuer,
          typ: 'at+jwt',
          algorithms: ['ES256'],
          currentDate: now,
          requiredClaims: ['exp', 'iat'],
        };
        const { payload } = await jwtVerify(token, keyOf, options);
        return parseAccessTokenClaims(JSON.parse(JSON.stringify(payload)));
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof CloisterError) {
          throw new CloisterError('identity/invalid-token');
        }
        // What is no token at all makes jose throw TypeErrors.
        if (error instanceof TypeError) throw new CloisterError('identity/invalid-token');
        throw error;
      }
    },
  };
};
