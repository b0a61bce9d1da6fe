import type { Database } from '@cloister/database';
import { type AccessTokenClaims, CloisterError, newId } from '@cloister/wire';
import { parseScope, reducedAudience } from '../domain/scopes.ts';
import { isSessionLive } from '../store/sessions.ts';
import { bindToKey } from './bind-to-key.ts';
import type { TokenSigner } from './token-signer.ts';

/** Seconds that a KMS token bound to a key lives. */
export const boundLifetime = 600;

/** A scope-reduction request, its form already parsed. */
export interface Reduction {
  readonly token: string;
  readonly scope: string;
  /** The `DPoP` header, when there is one. */
  readonly proof: string | undefined;
  /** The address the request came to. */
  readonly url: string;
  readonly now: Date;
}

/** A token and what the answer tells of it. */
export interface IssuedToken {
  readonly token: string;
  readonly scope: string;
  readonly expiresIn: number;
  readonly bound: boolean;
}

/**
 * Trades the full token for one that opens less: "the core never needs to see the KMS token" (kms.md §3.2). The full token
 * is the authentication; published clients send none of their own.
 * @throws CloisterError `identity/invalid-token`, `identity/insufficient-scope`, `identity/invalid-proof`
 */
export const reduceScope = async (
  { database, signer }: { readonly database: Database; readonly signer: TokenSigner },
  { token, scope, proof, url, now }: Reduction,
): Promise<IssuedToken> => {
  const full = await signer.read(token, now);
  if (full.aud !== 'identity' || !(await isSessionLive(database, full.sid))) {
    throw new CloisterError('identity/invalid-token');
  }
  const wanted = parseScope(scope);
  const audience = wanted && reducedAudience(new Set(full.scope.split(' ')), wanted);
  if (wanted === undefined || audience === undefined) throw new CloisterError('identity/insufficient-scope');

  const jkt = proof === undefined ? undefined : await bindToKey(database, audience, { proof, url, now });
  const iat = Math.floor(now.getTime() / 1000);
  const exp = jkt === undefined ? full.exp : Math.min(full.exp, iat + boundLifetime);
  const claims: AccessTokenClaims = {
    iss: full.iss,
    sub: full.sub,
    realm: full.realm,
    sid: full.sid,
    aud: audience,
    scope: [...wanted].join(' '),
    iat,
    exp,
    jti: newId(),
    client_id: full.client_id,
    ...(jkt === undefined ? {} : { cnf: { jkt } }),
  };
  return { token: await signer.sign(claims), scope: claims.scope, expiresIn: exp - iat, bound: jkt !== undefined };
};
