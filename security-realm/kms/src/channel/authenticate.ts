import type { TokenVerifier } from '@cloister/verify';
import { CloisterError, type KmsCredential, type Purpose } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { mayPass } from './may-pass.ts';

/** Who asks, as the token and the core agree. */
export type Asker = { readonly userId: string; readonly organisationId: string };

/** A person, or a machine, whose token is good now. */
export type Caller = {
  /** Of a machine its own id: it is no person, but stands where one does. */
  readonly personId: string;
  readonly organisationId: string;
  /** The thumbprint of the key that the token is bound to. */
  readonly jkt: string | null;
  /** What a machine is for (wires.md §10); null for a person. */
  readonly purpose: Purpose | null;
};

const refuse = (detail: string): CloisterError => new CloisterError('kms/unauthenticated', { detail });

/**
 * Verifies the bearer that comes with every message (R303, R284): for a KMS alone, in good standing, of the person or
 * machine that the request, the core and the organisation say. Who acts for somebody else names them as `userId` too
 * (kms.md §1.7); whether they may is decided with the request.
 * @throws CloisterError `kms/unauthenticated`, `kms/not-authorized`, `kms/function-off`; `kms/unavailable` for what may pass
 */
export const authenticate = (
  context: Pick<KmsContext, 'verifyToken' | 'status' | 'organisations'>,
  credential: KmsCredential,
  asker: Asker,
  now: Date,
): Caller => {
  const claims = verify(context, credential.bearer, now);
  const named = credential.onBehalfOf ?? claims.sub;
  if (credential.userId !== undefined && credential.userId !== named) throw refuse('the token is of another person');
  if (claims.sub !== asker.userId || claims.realm !== asker.organisationId)
    throw refuse('the token is of another person');
  if (!context.organisations.includes(claims.realm)) {
    throw new CloisterError('kms/not-authorized', { detail: 'this key server does not serve the organisation' });
  }
  const jkt = claims.cnf?.jkt ?? null;
  const purpose = claims.purpose ?? null;
  // wires.md §10: a machine's token is bound, so that a stolen one opens nothing.
  if (purpose !== null && jkt === null) throw refuse('a machine needs a bound token');
  return { personId: claims.sub, organisationId: claims.realm, jkt, purpose };
};

const verify = (
  context: Pick<KmsContext, 'verifyToken' | 'status'>,
  bearer: string,
  now: Date,
): ReturnType<TokenVerifier> => {
  try {
    const machines = true;
    return context.verifyToken(bearer, { audience: 'kms', scope: 'spark:kms', machines, now: now.getTime() });
  } catch (cause) {
    const code = cause instanceof CloisterError ? cause.code : null;
    if (code === 'platform/function-off') throw new CloisterError('kms/function-off', { cause });
    if (code === 'platform/status-stale' || mayPass(bearer, context.status)) {
      throw new CloisterError('kms/unavailable', { cause });
    }
    throw new CloisterError('kms/unauthenticated', { cause });
  }
};
