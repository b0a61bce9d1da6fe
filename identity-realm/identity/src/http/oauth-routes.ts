import { originOf } from '@cloister/http';
import { CloisterError } from '@cloister/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { mount } from '../broker/open-provider.ts';
import type { Context } from '../context.ts';
import { revokeSession } from '../store/sessions.ts';
import { issueMachineToken } from '../tokens/machine-token.ts';
import { type IssuedToken, reduceScope } from '../tokens/reduce-scope.ts';
import { type Form, field, parseForm } from './forms.ts';
import { forward } from './forward.ts';

const reductionGrant = 'urn:cisco:oauth:grant-type:scope-reduction';
/** RFC 7523 §2.2 */
const jwtAssertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The OAuth server under its published paths, with our own reduction, machine accounts and revocation in front. */
export const oauthRoutes = (app: FastifyInstance, context: Context, provider: Provider): void => {
  const callback = provider.callback();

  app.post(`${mount}/idb/oauth2/v1/access_token`, async (request, reply) => {
    const form = formOf(request);
    const issue = form && issuerOf(form, request, context);
    if (issue === undefined) return forward(callback, request, reply);
    try {
      return reply.send(answer(await issue()));
    } catch (error) {
      return sendOAuthError(reply, error);
    }
  });

  app.post(`${mount}/idb/oauth2/v1/revoke`, async (request, reply) => {
    const token = formOf(request)?.get('token') ?? '';
    if (token.split('.').length !== 3) return forward(callback, request, reply);
    // RFC 7009 §2.2: an invalid token is no error, "since the client cannot handle such an error in a reasonable way".
    await revokeFullToken(context, token);
    return reply.send();
  });

  app.all(`${mount}/*`, (request, reply) => forward(callback, request, reply));
};

const formOf = (request: FastifyRequest): Form | undefined =>
  typeof request.body === 'string' ? parseForm(request.body) : undefined;

/** The grants that are ours; the rest is the OAuth server's. Machine accounts are the clients that authenticate with a JWT. */
const issuerOf = (form: Form, request: FastifyRequest, context: Context): (() => Promise<IssuedToken>) | undefined => {
  const grant = form.get('grant_type');
  if (grant === reductionGrant) {
    return () =>
      reduceScope(context, {
        token: field(form, 'token'),
        scope: field(form, 'scope'),
        ...surroundings(request, context),
      });
  }
  if (grant !== 'client_credentials' || form.get('client_assertion_type') !== jwtAssertion) return undefined;
  return () =>
    issueMachineToken(context, {
      assertion: field(form, 'client_assertion'),
      clientId: form.get('client_id'),
      scope: field(form, 'scope'),
      ...surroundings(request, context),
    });
};

const surroundings = (request: FastifyRequest, { now }: Context) => {
  const proof = request.headers.dpop;
  if (Array.isArray(proof)) throw new CloisterError('identity/invalid-proof');
  return { proof, url: `${originOf(request)}${request.url.split('?')[0] ?? ''}`, now: now() };
};

/** RFC 6749 §5.1, RFC 9449 §5. */
const answer = ({ token, scope, expiresIn, bound }: IssuedToken) => ({
  access_token: token,
  token_type: bound ? 'DPoP' : 'Bearer',
  expires_in: expiresIn,
  scope,
});

const oauthErrors: Readonly<Record<string, string>> = {
  'identity/invalid-token': 'invalid_grant',
  'identity/insufficient-scope': 'invalid_scope',
  'identity/invalid-proof': 'invalid_dpop_proof',
  'identity/invalid-request': 'invalid_request',
  'identity/invalid-client': 'invalid_client',
  'identity/function-off': 'unauthorized_client',
};

/** RFC 6749 §5.2: the token endpoint's errors have a shape of their own, and status 400 but for these. */
const oauthStatus: Readonly<Record<string, number>> = { invalid_client: 401, unauthorized_client: 403 };

const sendOAuthError = (reply: FastifyReply, error: unknown): FastifyReply => {
  const name = error instanceof CloisterError ? oauthErrors[error.code] : undefined;
  if (name === undefined || !(error instanceof CloisterError)) throw error;
  const { message, code } = error;
  return reply.code(oauthStatus[name] ?? 400).send({ error: name, error_description: message, code });
};

const revokeFullToken = async ({ signer, database, now }: Context, token: string): Promise<void> => {
  const claims = await signer.read(token, now()).catch(() => undefined);
  if (claims?.aud !== 'identity') return;
  await database.transaction((transaction) => revokeSession(transaction, claims.sid, now()));
};
