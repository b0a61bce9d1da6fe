import { CloisterError, parseKmsMessagesRequest, parseUuid, type UserId } from '@cloister/wire';
import type { FastifyInstance } from 'fastify';
import type { CoreContext } from '../context.ts';
import { askerOf } from './ask.ts';

/** How long discovery waits for a realm that never said hello. */
const patience = 30_000;

/** The way to the key server (kms.md §1.1): the core passes sealed messages on and never opens one (R283). */
export const encryptionRoutes = (app: FastifyInstance, context: CoreContext): void => {
  app.get<{ Params: { user: string } }>('/encryption/api/v1/kms/:user', async (request) => {
    const { userId, organisationId } = askerOf(request, context, context.identifyAtAnyAge);
    if (parseUuid<UserId>(request.params.user) !== userId) throw new CloisterError('core/not-found');
    const kmsHost = context.kmsHostOf(organisationId);
    const answer =
      kmsHost === undefined ? undefined : await context.discovery.answer(kmsHost, AbortSignal.timeout(patience));
    if (answer === undefined) throw new CloisterError('core/not-found');
    return answer;
  });

  app.post('/encryption/api/v1/kms/messages', { bodyLimit: 4 * 1024 * 1024 }, async (request, reply) => {
    const asker = askerOf(request, context);
    const { kmsMessages } = parseKmsMessagesRequest(request.body);
    const kmsHost = context.kmsHostOf(asker.organisationId);
    // Whatever destination is named, a person's messages go to the own realm's key server alone.
    if (kmsHost !== undefined) {
      const { userId, organisationId, deviceId } = asker;
      context.link.relay(kmsHost, { userId, organisationId, deviceId, messages: kmsMessages });
    }
    // Also when no node is there: a published client's batch never recovers from an error, but asks again by itself.
    return reply.code(202).send({});
  });
};
