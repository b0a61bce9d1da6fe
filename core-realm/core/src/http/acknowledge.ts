import { type ActivityId, type ActivityRequest, CloisterError, newId, type RoomId } from '@cloister/wire';
import type { CoreContext } from '../context.ts';
import { personJson, roomUrl } from '../domain/activity-json.ts';
import type { Asker } from '../domain/asker.ts';
import { SharedEvent } from '../events/shared-event.ts';
import { findActivity } from '../store/activities.ts';
import { moveReadMarker } from '../store/read-markers.ts';

export interface Acknowledgement {
  readonly roomId: RoomId;
  readonly origin: string;
  readonly asked: Extract<ActivityRequest, { verb: 'delete' | 'acknowledge' }>;
}

/** Moves the asker's read marker. It is nobody else's business: only their own devices are told, and the log gains nothing. */
export const acknowledge = async (
  context: CoreContext,
  asker: Asker,
  { roomId, origin, asked }: Acknowledgement,
): Promise<string> => {
  const { db, readers, now } = context;
  const target = await findActivity(db, roomId, asked.subject);
  // A stranger's marker is no row: the same answer as for a room that is not there.
  const readPosition = await moveReadMarker(db, roomId, asker.userId, target?.position ?? 0);
  if (readPosition === undefined || target === null) throw new CloisterError('core/not-found');
  const at = now();
  const activity = (url: string) =>
    JSON.stringify({
      id: newId<ActivityId>(),
      objectType: 'activity',
      verb: 'acknowledge',
      published: new Date(at).toISOString(),
      actor: personJson(asker.userId),
      object: { objectType: 'activity', id: target.id, url: `${url}/activities/${target.id}` },
      target: { id: roomId, objectType: 'conversation', url },
      readPosition,
      ...(asked.clientTempId === undefined ? {} : { clientTempId: asked.clientTempId }),
    });
  const data = (from: string) => `{"eventType":"conversation.activity","activity":${activity(roomUrl(from, roomId))}}`;
  readers.tell([asker.userId], [new SharedEvent(data, { id: newId(), now: at })]);
  return activity(roomUrl(origin, roomId));
};
