import { originOf } from '@cloister/http';
import {
  CloisterError,
  maxConversationCreateBytes,
  parseConversationCreate,
  parseUuid,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CoreContext } from '../context.ts';
import type { Asker } from '../domain/asker.ts';
import { type ConversationParts, conversationJson } from '../domain/conversation-json.ts';
import { withSpentKeys } from '../domain/key-limits.ts';
import type { RoomView } from '../domain/room.ts';
import { roomToRead } from '../functions/store/room-to-read.ts';
import { type ActivityRange, readActivities } from '../store/activities.ts';
import { findPair, listRooms } from '../store/find-rooms.ts';
import { askerOf, tellingOf, withOwnDevice } from './ask.ts';
import { formatCursor, isFalse, isTrue, limitOf, numberOf, parseCursor, type Query } from './queries.ts';
import { sendJson } from './send-json.ts';

interface Get {
  Querystring: Query;
}
interface ById extends Get {
  Params: { id: string };
}

const base = '/conversation/api/v1/conversations';

/** Rooms (kms.md §3.6): create, read, list, and the conversation of two. */
export const conversationRoutes = (app: FastifyInstance, context: CoreContext): void => {
  const { db } = context;

  app.post(base, { bodyLimit: maxConversationCreateBytes }, async (request, reply) => {
    const asker = await withOwnDevice(askerOf(request, context), context);
    const create = parseConversationCreate(request.body);
    const { value, reply: sealed, repeated } = await context.changes.create(asker, create);
    const activities = await readActivities(db, value.room.id, { after: 0, limit: 200 });
    return sendJson(
      reply.code(repeated ? 200 : 201),
      view(request, context, asker, value, { activities, kmsMessage: sealed ?? undefined }),
    );
  });

  app.get<Get>(base, async (request, reply) => {
    const asker = askerOf(request, context);
    return sendRooms(request, reply, context, asker);
  });

  app.get<{ Params: { user: string }; Querystring: Query }>(`${base}/user/:user`, async (request, reply) => {
    const asker = askerOf(request, context);
    const room = await findPair(db, asker.userId, parseUuid<UserId>(request.params.user));
    return sendRoom(request, reply, context, asker, room);
  });

  app.get<ById>(`${base}/:id`, async (request, reply) => {
    const asker = askerOf(request, context);
    const room = await roomToRead(db, parseUuid<RoomId>(request.params.id), asker);
    return sendRoom(request, reply, context, asker, room);
  });
};

const sendRoom = async (
  request: FastifyRequest<Get>,
  reply: FastifyReply,
  context: CoreContext,
  asker: Asker,
  room: RoomView | undefined,
): Promise<FastifyReply> => {
  // Strangers cannot tell a room they may not see from one that is not there.
  if (room === undefined) throw new CloisterError('core/not-found');
  const activities = await lastActivities(context, room, request.query);
  const withParticipants = !isFalse(request.query, 'includeParticipants');
  return sendJson(reply, view(request, context, asker, room, { activities, withParticipants }));
};

const sendRooms = async (request: FastifyRequest<Get>, reply: FastifyReply, context: CoreContext, asker: Asker) => {
  const { query } = request;
  const limit = Math.max(1, limitOf(query, 'conversationsLimit', 100));
  const rooms = await listRooms(context.db, asker.userId, parseCursor(query), limit + 1);
  const page = rooms.slice(0, limit);
  const withParticipants = isTrue(query, 'includeParticipants') || (numberOf(query, 'participantsLimit') ?? 0) > 0;
  const items: string[] = [];
  for (const room of page) {
    const activities = await lastActivities(context, room, query);
    items.push(view(request, context, asker, room, { activities, withParticipants }));
  }
  const last = rooms.length > limit ? page.at(-1)?.room : undefined;
  if (last === undefined) return sendJson(reply, `{"items":[${items.join(',')}]}`);
  const next = formatCursor(last);
  // The published client follows the header, ours the member.
  reply.header('link', `<${originOf(request)}${base}?after=${next}&limit=${limit}>; rel="next"`);
  return sendJson(reply, `{"items":[${items.join(',')}],"next":"${next}"}`);
};

const lastActivities = async (context: CoreContext, { room, membership }: RoomView, query: Query) => {
  const range: ActivityRange = { limit: Math.min(numberOf(query, 'activitiesLimit') ?? 0, 200) };
  return range.limit === 0 ? [] : readActivities(context.db, room.id, range, membership.suspendedAt ?? undefined);
};

const view = (
  request: FastifyRequest,
  context: CoreContext,
  asker: Asker,
  room: RoomView,
  parts: Pick<ConversationParts, 'activities'> & Partial<ConversationParts>,
): string =>
  conversationJson(withSpentKeys(room, context.limits, new Date(context.now())), {
    ...tellingOf(request, context),
    withParticipants: true,
    hidesStaleDefault: context.hints.isTold(asker, room.room.id),
    ...parts,
  });
