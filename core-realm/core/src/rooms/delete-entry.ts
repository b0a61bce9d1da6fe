import type { Queries } from '@cloister/database';
import { type ActivityId, CloisterError } from '@cloister/wire';
import { decideActor } from '../domain/decide-actor.ts';
import { filesOfShare } from '../domain/files-of-share.ts';
import type { NewActivity, StoredActivity } from '../domain/stored-activity.ts';
import { pageIdsOf } from '../functions/domain/merge-pages.ts';
import { entriesOfPages } from '../functions/store/pages.ts';
import { findActivity, findByTempId, insertActivity } from '../store/activities.ts';
import { blankEntry, objectsOfShare } from '../store/entry-content.ts';
import { markDeleted } from '../store/files.ts';
import { findRoom } from '../store/find-rooms.ts';
import { advanceRoom, lockRoom } from '../store/room-writes.ts';
import type { Committed } from './room-writer.ts';

/** Takes the ciphertext out of an entry, its edits and its pages; the entry stays in the log, and another says who deleted it. */
export const deleteEntry = async (
  tx: Queries,
  entry: NewActivity,
  target: ActivityId,
  now: Date,
): Promise<Committed<StoredActivity> | StoredActivity> => {
  const { roomId, actorId } = entry;
  await lockRoom(tx, roomId);
  const view = decideActor(await findRoom(tx, roomId, actorId));
  const repeated = entry.clientTempId === null ? null : await findByTempId(tx, roomId, actorId, entry.clientTempId);
  if (repeated !== null) return repeated;
  const found = await findActivity(tx, roomId, target);
  if (found === null) throw new CloisterError('core/not-found', { detail: 'The message is not there.' });
  const isContent = found.verb === 'post' || found.verb === 'share';
  if (!isContent || found.actorId !== actorId) {
    throw new CloisterError('core/forbidden', { detail: 'Only its author may delete a message.' });
  }
  const files = (await objectsOfShare(tx, roomId, target)).flatMap(filesOfShare);
  const pages = await entriesOfPages(tx, roomId, target);
  await blankEntry(tx, roomId, target);
  if (files.length > 0) await markDeleted(tx, { roomId, ownerId: actorId, ids: files });
  for (const { actorId: ownerId, object } of pages) await markDeleted(tx, { roomId, ownerId, ids: pageIdsOf(object) });
  const { head, version } = await advanceRoom(tx, roomId, { entries: 1, changesAccess: false, now });
  const stored = { ...entry, position: head, published: now, receipt: null };
  await insertActivity(tx, stored);
  return { value: stored, roomId: view.room.id, version, entries: [stored] };
};
