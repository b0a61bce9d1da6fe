import type { TokenVerifier } from '@cloister/verify';
import { CloisterError, type KmsCredential } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { mayPass } from './may-pass.ts';

/** Who asks, as the token and the core agree. */
export type Asker = { readonly userId: string; readonly organisationId: string };

/** A person whose token is good now. */
export type Caller = {
  readonly personId: string;
  readonly organisationId: string;
  /** The thumbprint of the key that the token is bound to. */
  readonly jkt: string | null;
};

const refuse = (detail: string): CloisterError => new CloisterError('kms/unauthenticated', { detail });

/**
 * Verifies the bearer that comes with every message (R303, R284): for a KMS alone, in good standing, of the person that
 * the request, the core and the organisation say.
 * @throws CloisterError `kms/unauthenticated`, `kms/not-authorized`; `kms/unavailable` for what may pass
 */
export const authenticate = (
  context: Pick<KmsContext, 'verifyToken' | 'status' | 'organisations'>,
  credential: KmsCredential,
  asker: Asker,
  now: Date,
): Caller => {
  const claims = verify(context, credential.bearer, now);
  if (credential.onBehalfOf !== undefined) {
    throw new CloisterError('kms/not-authorized', { detail: 'acting for somebody else is not offered' });
  }
  if (credential.userId !== undefined && credential.userId !== claims.sub)
    throw refuse('the token is of another person');
  if (claims.sub !== asker.userId || claims.realm !== asker.organisationId)
    throw refuse('the token is of another person');
  if (!context.organisations.includes(claims.realm)) {
    throw new CloisterError('kms/not-authorized', { detail: 'this key server does not serve the organisation' });
  }
  return { personId: claims.sub, organisationId: claims.realm, jkt: claims.cnf?.jkt ?? null };
};

const verify = (
  context: Pick<KmsContext, 'verifyToken' | 'status'>,
  bearer: string,
  now: Date,
): ReturnType<TokenVerifier> => {
  try {
    return context.verifyToken(bearer, { audience: 'kms', scope: 'spark:kms', now: now.getTime() });
  } catch (cause) {
    const code = cause instanceof CloisterError ? cause.code : null;
    if (code === 'platform/status-stale' || mayPass(bearer, context.status)) {
      throw new CloisterError('kms/unavailable', { cause });
    }
    throw new CloisterError('kms/unauthenticated', { cause });
  }
};
