import { type AccessTokenClaims, CloisterError, hasScope, type TokenAudience } from '@cloister/wire';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { type Act, mayDo } from '../domain/roles.ts';
import { findPerson, type Person } from '../store/people.ts';
import { isSessionLive } from '../store/sessions.ts';

/** What a route asks of a token. */
export interface Needs {
  readonly audiences: readonly TokenAudience[];
  readonly scope: string;
}

/** Looking people up: identity's own tokens, and the core tokens of published clients, when they carry the scope (wires.md §2). */
export const toReadPeople: Needs = { audiences: ['identity', 'core'], scope: 'spark:people_read' };

/** Changing the organisation: only the full token, which no other server ever sees. */
const toAdminister: Needs = { audiences: ['identity'], scope: 'spark:all' };

/**
 * The person behind a request. Without an accepted token nobody learns a name or an address (R424).
 * @throws CloisterError `identity/invalid-token`, `identity/insufficient-scope`
 */
export const authenticate = async (
  { signer, database, now }: Context,
  request: FastifyRequest,
  needs: Needs,
): Promise<{ readonly person: Person; readonly claims: AccessTokenClaims }> => {
  const bearer = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) throw new CloisterError('identity/invalid-token');
  const claims = await signer.read(bearer, now());
  // A bound token is no bearer token (RFC 9449 §7.1).
  if (claims.cnf !== undefined || !needs.audiences.includes(claims.aud))
    throw new CloisterError('identity/invalid-token');
  const person = (await isSessionLive(database, claims.sid)) ? await findPerson(database, claims.sub) : null;
  if (person === null || !person.active) throw new CloisterError('identity/invalid-token');
  if (!hasScope(claims, needs.scope)) throw new CloisterError('identity/insufficient-scope');
  return { person, claims };
};

/**
 * The administrator behind a request that changes the organisation.
 * @throws CloisterError `identity/invalid-token`, `identity/insufficient-scope`, `identity/forbidden`
 */
export const administratorOf = async (context: Context, request: FastifyRequest, act: Act): Promise<Person> => {
  const { person } = await authenticate(context, request, toAdminister);
  if (!mayDo(person.roles, act)) throw new CloisterError('identity/forbidden');
  return person;
};
