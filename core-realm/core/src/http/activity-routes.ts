import { originOf } from '@cloister/http';
import {
  type ActivityId,
  CloisterError,
  maxActivityBytes,
  parseActivityRequest,
  parseUuid,
  type RoomId,
} from '@cloister/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CoreContext } from '../context.ts';
import { activityJson } from '../domain/activity-json.ts';
import { contentEntry, deletionEntry, titleEntry } from '../domain/new-entry.ts';
import type { StoredActivity } from '../domain/stored-activity.ts';
import { roomToRead } from '../functions/store/room-to-read.ts';
import { changeTitle } from '../rooms/change-title.ts';
import { deleteEntry } from '../rooms/delete-entry.ts';
import { findActivity, readActivities } from '../store/activities.ts';
import { acknowledge } from './acknowledge.ts';
import { askerOf, tellingOf, withOwnDevice } from './ask.ts';
import { activityRange, isTrue, type Query } from './queries.ts';
import { sendJson } from './send-json.ts';

interface ById {
  Params: { id: string };
  Querystring: Query;
}
interface ByActivity {
  Params: { id: string; activity: string };
}

const base = '/conversation/api/v1/conversations/:id';

/** A room's log: read it, add to it (kms.md §3.6, docs/wires.md §3). */
export const activityRoutes = (app: FastifyInstance, context: CoreContext): void => {
  const { db } = context;
  const limits = { bodyLimit: maxActivityBytes };

  app.post<ById>(`${base}/activities`, limits, async (request, reply) => write(request, reply, context));
  // The published client posts shares here.
  app.post<ById>(`${base}/content`, limits, async (request, reply) => write(request, reply, context));

  app.get<ById>(`${base}/activities`, async (request, reply) => {
    const room = await roomToRead(db, roomIdOf(request), askerOf(request, context));
    if (room === undefined) throw new CloisterError('core/not-found');
    const last = room.membership.suspendedAt ?? undefined;
    const found = await readActivities(db, room.room.id, activityRange(request.query), last);
    const items = isTrue(request.query, 'latestActivityFirst') ? found.toReversed() : found;
    const telling = tellingOf(request, context);
    return sendJson(reply, `{"items":[${items.map((item) => activityJson(item, telling)).join(',')}]}`);
  });

  app.get<ByActivity>(`${base}/activities/:activity`, async (request, reply) => {
    const asker = askerOf(request, context);
    const roomId = parseUuid<RoomId>(request.params.id);
    const room = await roomToRead(db, roomId, asker);
    const found =
      room === undefined ? null : await findActivity(db, roomId, parseUuid<ActivityId>(request.params.activity));
    if (found === null || found.position > (room?.membership.suspendedAt ?? Number.MAX_SAFE_INTEGER)) {
      throw new CloisterError('core/not-found');
    }
    return sendJson(reply, activityJson(found, tellingOf(request, context)));
  });
};

const roomIdOf = (request: FastifyRequest<ById>): RoomId => parseUuid<RoomId>(request.params.id);

const write = async (
  request: FastifyRequest<ById>,
  reply: FastifyReply,
  context: CoreContext,
): Promise<FastifyReply> => {
  const asker = askerOf(request, context);
  const { userId } = asker;
  const roomId = roomIdOf(request);
  const asked = parseActivityRequest(request.body);
  const now = new Date(context.now());
  const answer = (activity: StoredActivity, extra?: Record<string, unknown>) =>
    sendJson(reply, activityJson(activity, tellingOf(request, context), extra));
  switch (asked.verb) {
    case 'post':
    case 'share': {
      const { activity } = await context.rooms.post(contentEntry(roomId, userId, asked)).catch((error) => {
        if (error instanceof CloisterError && error.code === 'core/rotation-required')
          context.hints.tell(asker, roomId);
        throw error;
      });
      return answer(activity);
    }
    case 'update': {
      const entry = titleEntry(roomId, userId, asked);
      return answer(
        await context.rooms.change(roomId, (tx) =>
          changeTitle(tx, entry, asked.object.displayName ?? '', { now, limits: context.limits }),
        ),
      );
    }
    case 'delete': {
      const entry = deletionEntry(roomId, userId, asked);
      const deleted = await context.rooms.change(roomId, (tx) => deleteEntry(tx, entry, asked.subject, now));
      // It is deleted whatever becomes of this; the next sweep tries again.
      await context.files.removeDeleted().catch((error) => context.log.failure('files.not-removed', error, { roomId }));
      return answer(deleted);
    }
    case 'acknowledge':
      return sendJson(reply, await acknowledge(context, asker, { roomId, origin: originOf(request), asked }));
    case 'add':
    case 'leave':
    case 'assignModerator':
    case 'unassignModerator':
    case 'updateKey':
    case 'addKey': {
      const { value, reply: sealed } = await context.changes.change(await withOwnDevice(asker, context), roomId, asked);
      if (asked.verb === 'updateKey') context.hints.heeded(asker, roomId);
      return answer(value, sealed === null ? {} : { kmsMessage: sealed });
    }
  }
};
