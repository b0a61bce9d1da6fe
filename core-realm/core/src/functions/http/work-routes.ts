import { maxWorkItems, maxWorkResultBytes, parseUuid, parseWorkResult, type WorkId } from '@cloister/wire';
import type { FastifyInstance } from 'fastify';
import type { CoreContext } from '../../context.ts';
import { machineOf } from '../../http/ask.ts';
import { patienceOf } from '../../http/patience.ts';
import { numberOf, type Query } from '../../http/queries.ts';
import { finishWork } from '../finish-work.ts';

/** Work for machines: take it, and say what became of it (docs/wires.md §10). */
export const workRoutes = (app: FastifyInstance, context: CoreContext): void => {
  app.get<{ Querystring: Query }>('/functions/v1/work', async (request, reply) => {
    const machine = machineOf(request, context);
    const limit = Math.min(numberOf(request.query, 'limit') ?? maxWorkItems, maxWorkItems);
    return { items: await context.work.take(machine, limit, patienceOf(request, reply)) };
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
