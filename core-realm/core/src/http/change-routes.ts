import { parseUuid, type RoomId } from '@cloister/wire';
import type { FastifyInstance } from 'fastify';
import type { CoreContext } from '../context.ts';
import { changesJson } from '../domain/changes-json.ts';
import { decideActor } from '../domain/decide-actor.ts';
import { findRoom } from '../store/find-rooms.ts';
import { listChanges } from '../store/list-changes.ts';
import { askerOf } from './ask.ts';
import { numberOf, type Query } from './queries.ts';
import { sendJson } from './send-json.ts';

const most = 100;

/** What became of a room's two-part changes: pending, applied, or refused and why (docs/wires.md §9). */
export const changeRoutes = (app: FastifyInstance, context: CoreContext): void => {
  const { db } = context;
  app.get<{ Params: { id: string }; Querystring: Query }>(
    '/conversation/api/v1/conversations/:id/changes',
    async (request, reply) => {
      const { userId } = askerOf(request, context);
      const { room } = decideActor(await findRoom(db, parseUuid<RoomId>(request.params.id), userId));
      const limit = Math.min(Math.max(1, numberOf(request.query, 'limit') ?? 50), most);
      return sendJson(reply, changesJson(await listChanges(db, room.id, limit)));
    },
  );
};
