import { keyThumbprint } from '@cloister/verify';
import {
  CloisterError,
  type EdPublicJwk,
  joinedType,
  parseJoinRequest,
  parseKmsHost,
  parseRenewRequest,
} from '@cloister/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Context } from '../context.ts';
import type { JoinedRealm } from '../domain/joined-realm.ts';
import { rateLimit } from '../domain/rate-limit.ts';
import { thumbprintsOf } from '../domain/realm-statement.ts';
import { joinRealm } from '../realms/join-realm.ts';
import { renewRealm } from '../realms/renew-realm.ts';
import { type StatementKey, signStatement } from '../status/sign-statement.ts';
import { addressOf } from './address-of.ts';

/** The feed's key: it signs the answers too, since the joining code pins it. */
export interface FeedKey extends StatementKey {
  readonly publicJwk: EdPublicJwk;
}

/** How key servers that others run come in and renew their keys (wires.md §13). */
export const realmRoutes = (app: FastifyInstance, context: Context, key: FeedKey): void => {
  const { config, now } = context;
  const base = '/identity/api/v1/realms';
  const parts = { ...context, feedKey: keyThumbprint(key.publicJwk) };
  // Nobody guesses 128 bits; this is for the work that a guess costs.
  const ofAddress = rateLimit({ burst: 20, refillMs: 3000 });
  const ofHost = rateLimit({ burst: 10, refillMs: 6000 });

  const answer = (reply: FastifyReply, joined: JoinedRealm) => {
    const { joining } = config;
    if (joining === undefined) throw new CloisterError('identity/not-found');
    reply.type('application/jose');
    return signStatement(key, joinedType, {
      iss: config.issuer,
      aud: joined.kmsHost,
      issuedAt: Math.floor(now().getTime() / 1000),
      statusKey: key.publicJwk,
      core: joining.core,
      organisationIds: [joined.organisationId],
      keys: thumbprintsOf(joined),
    });
  };
  const isOpen = () => {
    if (config.joining === undefined) throw new CloisterError('identity/not-found');
  };

  app.post(base, async (request, reply) => {
    isOpen();
    ofAddress(addressOf(request), 1, now());
    const asked = parseJoinRequest(request.body);
    ofHost(asked.kmsHost, 1, now());
    return answer(reply, await joinRealm(parts, asked));
  });

  app.post(`${base}/:kmsHost/keys`, async (request, reply) => {
    isOpen();
    ofAddress(addressOf(request), 1, now());
    const kmsHost = parseKmsHost((request.params as { kmsHost: string }).kmsHost);
    return answer(reply, await renewRealm(parts, kmsHost, parseRenewRequest(request.body)));
  });
};
