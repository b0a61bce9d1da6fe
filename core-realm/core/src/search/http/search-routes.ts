import { Readable } from 'node:stream';
import { type IndexNumbers, maxSealedQuery, parseQueryRequest, parseUuid, type QueryId } from '@cloister/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { CoreContext } from '../../context.ts';
import type { Telling } from '../../domain/activity-json.ts';
import { administratorOf, askerOf, tellingOf } from '../../http/ask.ts';
import { type Query, textOf } from '../../http/queries.ts';
import type { AskedQuery } from '../queries/asked-query.ts';

/** How people search, and administrators look after the index (docs/wires.md §14). */
export const searchRoutes = (app: FastifyInstance, context: CoreContext): void => {
  const { search } = context;

  app.post('/search/v1/queries', { bodyLimit: maxSealedQuery + 4096 }, async (request, reply) => {
    const asker = askerOf(request, context);
    const telling = tellingOf(request, context);
    const query = search.queries.ask(asker, parseQueryRequest(request.body));
    return sendLines(reply, context, { query, telling });
  });

  app.get<{ Params: { id: string }; Querystring: Query }>('/search/v1/queries/:id/results', async (request, reply) => {
    const asker = askerOf(request, context);
    const telling = tellingOf(request, context);
    const query = search.queries.again(asker, parseUuid<QueryId>(request.params.id));
    return sendLines(reply, context, { query, telling, after: textOf(request.query, 'after') });
  });

  app.get(
    '/search/v1/index',
    async (request): Promise<IndexNumbers> => search.numbers(administratorOf(request, context).organisationId),
  );

  app.delete('/search/v1/index', async (request, reply) => {
    await search.forget(administratorOf(request, context).organisationId);
    return reply.code(204).send();
  });
};

interface Page {
  readonly query: AskedQuery;
  readonly telling: Telling;
  readonly after?: string | undefined;
}

/** A line at a time, and the next only when its reader has taken it: a slow reader holds up nobody else. */
const sendLines = (reply: FastifyReply, { search }: CoreContext, { query, telling, after }: Page): FastifyReply => {
  search.queries.begin(query);
  reply.raw.once('close', () => search.queries.left(query, reply.raw.writableFinished));
  return reply
    .header('cache-control', 'no-store')
    .type('application/x-ndjson')
    .send(Readable.from(search.lines(query, after, telling)));
};
