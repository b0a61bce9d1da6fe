import type { Queries } from '@cloister/database';
import { CloisterError, type KeyLimits } from '@cloister/wire';
import { decideActor } from '../domain/decide-actor.ts';
import { withSpentKeys } from '../domain/key-limits.ts';
import { decideModerator } from '../domain/moderation.ts';
import type { RoomView } from '../domain/room.ts';
import type { NewActivity, StoredActivity } from '../domain/stored-activity.ts';
import { findByTempId, insertActivity } from '../store/activities.ts';
import { findRoom } from '../store/find-rooms.ts';
import { countKeys } from '../store/key-counts.ts';
import { advanceRoom, lockRoom, setTitle } from '../store/room-writes.ts';
import type { Committed } from './room-writer.ts';

/** Gives the room a new sealed title; its key must be live like that of any content. */
export const changeTitle = async (
  tx: Queries,
  entry: NewActivity,
  title: string,
  { now, limits }: { readonly now: Date; readonly limits: KeyLimits },
): Promise<Committed<StoredActivity> | StoredActivity> => {
  const { roomId, actorId, keyUri, clientTempId } = entry;
  await lockRoom(tx, roomId);
  await countKeys(tx, roomId, limits);
  const view = decideActor(await findRoom(tx, roomId, actorId));
  const repeated = clientTempId === null ? null : await findByTempId(tx, roomId, actorId, clientTempId);
  if (repeated !== null) return repeated;
  decideModerator(view);
  if (keyUri === null) throw new CloisterError('core/key-unknown');
  decideLiveKey(withSpentKeys(view, limits, now), keyUri);
  await setTitle(tx, roomId, title, keyUri);
  const { head, version } = await advanceRoom(tx, roomId, { entries: 1, changesAccess: false, now });
  const stored = { ...entry, position: head, published: now, receipt: null };
  await insertActivity(tx, stored);
  await countKeys(tx, roomId, limits);
  return { value: stored, roomId, version, entries: [stored] };
};

const decideLiveKey = ({ keys, room }: RoomView, uri: string): void => {
  const key = keys.find((known) => known.uri === uri);
  if (key === undefined) throw new CloisterError('core/key-unknown');
  const fresh = keys.some((known) => known.uri === room.defaultKey && !known.stale);
  if (key.stale) throw new CloisterError(fresh ? 'core/key-stale' : 'core/rotation-required');
};
