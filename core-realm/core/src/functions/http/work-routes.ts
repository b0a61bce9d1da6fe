import {
  CloisterError,
  maxWorkItems,
  maxWorkResultBytes,
  parseUuid,
  parseWorkResult,
  type WorkId,
} from '@cloister/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CoreContext } from '../../context.ts';
import { isMachine, type Machine } from '../../domain/asker.ts';
import { askerOf } from '../../http/ask.ts';
import { numberOf, type Query } from '../../http/queries.ts';
import { finishWork } from '../finish-work.ts';

const longestWait = 20;

/** Work for machines: take it, and say what became of it (docs/wires.md §10). */
export const workRoutes = (app: FastifyInstance, context: CoreContext): void => {
  app.get<{ Querystring: Query }>('/functions/v1/work', async (request, reply) => {
    const machine = machineOf(request, context);
    const wait = Math.min(numberOf(request.query, 'wait') ?? 0, longestWait);
    const limit = Math.min(numberOf(request.query, 'limit') ?? maxWorkItems, maxWorkItems);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const enough = wait === 0 ? AbortSignal.abort() : AbortSignal.timeout(wait * 1000);
    return { items: await context.work.take(machine, limit, enough, gone.signal) };
  });

  app.put<{ Params: { id: string } }>(
    '/functions/v1/work/:id',
    { bodyLimit: maxWorkResultBytes },
    async (request, reply) => {
      const machine = machineOf(request, context);
      await finishWork(context, machine, parseUuid<WorkId>(request.params.id), parseWorkResult(request.body));
      return reply.code(204).send();
    },
  );
};

/** People find nothing here. */
const machineOf = (request: FastifyRequest, context: CoreContext): Machine => {
  const asker = askerOf(request, context);
  if (!isMachine(asker)) throw new CloisterError('core/not-found');
  return asker;
};
