import { originOf } from '@cloister/http';
import { CloisterError } from '@cloister/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { mount } from '../broker/open-provider.ts';
import type { Context } from '../context.ts';
import { revokeSession } from '../store/sessions.ts';
import { type ReducedToken, reduceScope } from '../tokens/reduce-scope.ts';
import { type Form, field, parseForm } from './forms.ts';
import { forward } from './forward.ts';

const reductionGrant = 'urn:cisco:oauth:grant-type:scope-reduction';

/** The OAuth server under its published paths, with our own reduction and revocation in front. */
export const oauthRoutes = (app: FastifyInstance, context: Context, provider: Provider): void => {
  const callback = provider.callback();

  app.post(`${mount}/idb/oauth2/v1/access_token`, async (request, reply) => {
    const form = formOf(request);
    if (form?.get('grant_type') !== reductionGrant) return forward(callback, request, reply);
    try {
      return reply.send(answer(await reduceScope(context, reductionOf(form, request, context))));
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

const reductionOf = (form: Form, request: FastifyRequest, { now }: Context) => {
  const proof = request.headers.dpop;
  if (Array.isArray(proof)) throw new CloisterError('identity/invalid-proof');
  const path = request.url.split('?')[0] ?? '';
  return {
    token: field(form, 'token'),
    scope: field(form, 'scope'),
    proof,
    url: `${originOf(request)}${path}`,
    now: now(),
  };
};

/** RFC 6749 §5.1, RFC 9449 §5. */
const answer = ({ token, scope, expiresIn, bound }: ReducedToken) => ({
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
};

/** RFC 6749 §5.2: the token endpoint's errors have a shape of their own. */
const sendOAuthError = (reply: FastifyReply, error: unknown): FastifyReply => {
  const name = error instanceof CloisterError ? oauthErrors[error.code] : undefined;
  if (name === undefined || !(error instanceof CloisterError)) throw error;
  return reply.code(400).send({ error: name, error_description: error.message, code: error.code });
};

const revokeFullToken = async ({ signer, database, now }: Context, token: string): Promise<void> => {
  const claims = await signer.read(token, now()).catch(() => undefined);
  if (claims?.aud !== 'identity') return;
  await database.transaction((transaction) => revokeSession(transaction, claims.sid, now()));
};
