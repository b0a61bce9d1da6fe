import { base64url, CloisterError, type OrganisationId, parseUuid, type UserId } from '@cloister/wire';

/** What a client reads in its own token: whom it names. It is not a verification; servers verify. */
export interface OwnClaims {
  readonly personId: UserId;
  readonly organisationId: OrganisationId;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const readOwnClaims = (token: string): OwnClaims => {
  const fail = (cause?: unknown) => new CloisterError('client/unreadable', { detail: 'not an access token', cause });
  try {
    const payload: unknown = JSON.parse(new TextDecoder().decode(base64url.decode(token.split('.')[1] ?? '')));
    if (!isRecord(payload) || typeof payload.exp !== 'number') throw fail();
    return {
      personId: parseUuid<UserId>(payload.sub),
      organisationId: parseUuid<OrganisationId>(payload.realm),
      expiresAt: payload.exp * 1000,
    };
  } catch (cause) {
    throw cause instanceof CloisterError && cause.code === 'client/unreadable' ? cause : fail(cause);
  }
};
