import { CloisterError, maxIndexRooms, maxPostingsBytes, parsePostings, parseUuid, type RoomId } from '@cloister/wire';
import type { FastifyInstance } from 'fastify';
import type { CoreContext } from '../../context.ts';
import { machineOf } from '../../http/ask.ts';
import { patienceOf } from '../../http/patience.ts';
import { numberOf, type Query, textOf } from '../../http/queries.ts';
import { indexedRooms } from '../store/indexed-rooms.ts';
import { bytesOf, takeBytes } from './byte-bodies.ts';

interface Get {
  Querystring: Query;
}

/** What indexers build their organisation's index with (docs/wires.md §14). */
export const indexerRoutes = (app: FastifyInstance, context: CoreContext): void => {
  const { db, search } = context;

  app.get<Get>('/search/v1/rooms', async (request, reply) => {
    const { organisationId } = machineOf(request, context);
    const after = textOf(request.query, 'after');
    return search.rooms.take(organisationId, after, limitOf(request.query), patienceOf(request, reply));
  });

  app.get<Get>('/search/v1/indexes', async (request) => {
    const { organisationId } = machineOf(request, context);
    const limit = limitOf(request.query);
    const text = textOf(request.query, 'after');
    const after = text === undefined ? undefined : parseUuid<RoomId>(text);
    const items = await indexedRooms(db, organisationId, { after, limit });
    const last = items.length < limit ? undefined : items.at(-1);
    return { items, ...(last === undefined ? {} : { next: last.roomId }) };
  });

  takeBytes(app, context, (scope) => {
    scope.post('/search/v1/postings', { bodyLimit: maxPostingsBytes }, async (request) => {
      const { organisationId } = machineOf(request, context);
      return { rooms: await search.append(organisationId, parsePostings(bytesOf(request))) };
    });
  });

  app.delete<{ Params: { id: string; generation: string } }>(
    '/search/v1/rooms/:id/indexes/:generation',
    async (request, reply) => {
      const { organisationId } = machineOf(request, context);
      const roomId = parseUuid<RoomId>(request.params.id);
      await search.drop(organisationId, roomId, generationOf(request.params.generation));
      return reply.code(204).send();
    },
  );
};

const limitOf = (query: Query): number =>
  Math.max(1, Math.min(numberOf(query, 'limit') ?? maxIndexRooms, maxIndexRooms));

const generationOf = (text: string): number => {
  if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) >= 2 ** 32) throw new CloisterError('core/not-found');
  return Number(text);
};
