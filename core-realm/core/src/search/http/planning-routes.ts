import {
  CloisterError,
  maxPlanBytes,
  maxQueriesTaken,
  maxSealedQuery,
  parsePlan,
  parseQueryRefusal,
  parseSealedAnswer,
  parseUuid,
  type QueryId,
} from '@cloister/wire';
import type { FastifyInstance, onErrorHookHandler } from 'fastify';
import type { CoreContext } from '../../context.ts';
import { machineOf } from '../../http/ask.ts';
import { patienceOf } from '../../http/patience.ts';
import { numberOf, type Query } from '../../http/queries.ts';
import { bytesOf, takeBytes } from './byte-bodies.ts';

interface ById {
  Params: { id: string };
}

const base = '/search/v1/queries';
const idOf = (id: string): QueryId => parseUuid<QueryId>(id);

/** How indexers take queries and answer with plans (docs/wires.md §14). */
export const planningRoutes = (app: FastifyInstance, context: CoreContext): void => {
  const { search } = context;

  app.get<{ Querystring: Query }>(base, async (request, reply) => {
    const machine = machineOf(request, context);
    const limit = Math.max(1, Math.min(numberOf(request.query, 'limit') ?? maxQueriesTaken, maxQueriesTaken));
    return { items: await search.take(machine, limit, patienceOf(request, reply)) };
  });

  takeBytes(app, context, (scope) => {
    const onError: onErrorHookHandler = async (request, _reply, error) => {
      // What our own code threw, it has dealt with; the rest is about the body, which nobody has read.
      if (error instanceof CloisterError) return;
      const code = error.statusCode === 413 ? 'search/too-broad' : 'wire/invalid-message';
      search.queries.unreadable(machineOf(request, context), idOf((request.params as ById['Params']).id), code);
    };
    scope.post<ById>(`${base}/:id/plans`, { bodyLimit: maxPlanBytes, onError }, async (request, reply) => {
      const machine = machineOf(request, context);
      const bytes = bytesOf(request);
      search.queries.plan(machine, idOf(request.params.id), () => parsePlan(bytes), bytes.length);
      return reply.code(204).send();
    });
  });

  app.post<ById>(`${base}/:id/answer`, { bodyLimit: maxSealedQuery + 4096 }, async (request, reply) => {
    const machine = machineOf(request, context);
    const { sealed } = parseSealedAnswer(request.body);
    search.queries.answer(machine, idOf(request.params.id), sealed);
    return reply.code(204).send();
  });

  app.post<ById>(`${base}/:id/refusal`, async (request, reply) => {
    const machine = machineOf(request, context);
    const { code } = parseQueryRefusal(request.body);
    search.queries.refuse(machine, idOf(request.params.id), code);
    return reply.code(204).send();
  });
};
