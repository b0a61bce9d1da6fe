import type { TokenVerifier } from '@cloister/verify';
import { CloisterError } from '@cloister/wire';
import type { Identity } from './domain/asker.ts';

/** Whom an access token names, if it is good now. @throws CloisterError `core/function-off`, `platform/…` */
export type Identify = (token: string) => Identity;

/** The one door of the core: people, and the machines of functions that are on. */
export const identifyBy =
  (verifyToken: TokenVerifier, now: () => number): Identify =>
  (token) => {
    const claims = verified(() => verifyToken(token, { audience: 'core', machines: true, now: now() }));
    return {
      userId: claims.sub,
      organisationId: claims.realm,
      sid: claims.sid,
      expiresAt: claims.exp * 1000,
      purpose: claims.purpose,
    };
  };

const verified = <T>(verify: () => T): T => {
  try {
    return verify();
  } catch (cause) {
    // docs/wires.md §10 names the code by who refuses.
    if (cause instanceof CloisterError && cause.code === 'platform/function-off') {
      throw new CloisterError('core/function-off');
    }
    throw cause;
  }
};
