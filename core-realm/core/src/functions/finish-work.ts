import type { Queries } from '@cloister/database';
import { type ActivityId, CloisterError, newId, type WorkId, type WorkResult } from '@cloister/wire';
import type { CoreContext } from '../context.ts';
import type { Machine } from '../domain/asker.ts';
import type { StoredActivity } from '../domain/stored-activity.ts';
import type { Committed } from '../rooms/room-writer.ts';
import { insertActivity } from '../store/activities.ts';
import { lockRoom } from '../store/room-writes.ts';
import { mergePages, pagesOfResult } from './domain/merge-pages.ts';
import { afterFault, decideHolder, pageLife, type StoredWork } from './domain/work.ts';
import { adoptPages, advanceQuietly, dropPages, findShare } from './store/pages.ts';
import { decideWork, findWork, lockWork, returnWork } from './store/work.ts';

type Context = Pick<CoreContext, 'db' | 'rooms' | 'files' | 'log' | 'now'>;
type Done = Extract<WorkResult, { state: 'done' }>;

/** Takes what a machine says of its work; a repeat changes nothing. */
export const finishWork = async (context: Context, machine: Machine, id: WorkId, result: WorkResult): Promise<void> => {
  const { db, rooms, files, log } = context;
  const now = new Date(context.now());
  if (result.state !== 'done') {
    await db.transaction((tx) => settle(tx, machine, id, result, now));
    return;
  }
  const work = found(await findWork(db, id, machine));
  const { dropped } = await rooms.change(work.roomId, (tx) => appendPages(tx, machine, work, result, now));
  // The pages are dropped whatever becomes of this; the next sweep tries again.
  if (dropped) await files.removeDeleted().catch((error) => log.failure('files.not-removed', error, {}));
};

const found = (work: StoredWork | null): StoredWork => {
  if (work === null) throw new CloisterError('core/not-found', { detail: 'There is no such work.' });
  return work;
};

const settle = async (
  tx: Queries,
  machine: Machine,
  id: WorkId,
  result: Exclude<WorkResult, Done>,
  now: Date,
): Promise<void> => {
  const work = found(await lockWork(tx, id, machine));
  if (!decideHolder(work, machine.userId, result.state)) return;
  const next = result.state === 'failed' ? afterFault(work, result.code) : undefined;
  if (next === undefined) await decideWork(tx, id, result, now);
  else await returnWork(tx, id, next.attempts, new Date(now.getTime() + next.pause));
};

interface Outcome {
  /** The share is gone, and its pages with it. */
  readonly dropped: boolean;
}

/** Appends the entry with the pages, by the machine, to the log of a room it is no member of. */
const appendPages = async (
  tx: Queries,
  machine: Machine,
  { id, roomId, activityId }: StoredWork,
  result: Done,
  now: Date,
): Promise<Committed<Outcome> | Outcome> => {
  await lockRoom(tx, roomId);
  const work = found(await lockWork(tx, id, machine));
  if (!decideHolder(work, machine.userId, 'done')) return { dropped: false };
  const pages = { roomId, ownerId: machine.userId, pages: pagesOfResult(result) };
  const share = await findShare(tx, roomId, activityId);
  await decideWork(tx, id, { state: 'done' }, now);
  if (share === null || share.deleted) {
    await dropPages(tx, pages);
    return { dropped: true };
  }
  // Pages are sealed as their share is, so that who may open the one may open the other and nobody else.
  if (share.keyUri !== result.encryptionKeyUrl) throw new CloisterError('core/key-unknown');
  const object = mergePages(share.object, result);
  const since = new Date(now.getTime() - pageLife);
  if ((await adoptPages(tx, pages, since)) !== pages.pages.length) {
    throw new CloisterError('core/invalid-request', { detail: 'A page is not one of the machine’s own uploads.' });
  }
  const { head, version } = await advanceQuietly(tx, roomId);
  const entry = { ...pagesEntry(machine, work, object), keyUri: share.keyUri, position: head, published: now };
  await insertActivity(tx, entry);
  return { value: { dropped: false }, roomId, version, entries: [entry] };
};

const pagesEntry = ({ userId }: Machine, { roomId, activityId }: StoredWork, object: string) =>
  ({
    roomId,
    id: newId<ActivityId>(),
    actorId: userId,
    verb: 'update',
    object,
    parentId: activityId,
    parentType: 'transcode',
    clientTempId: null,
    cloister: null,
    extra: null,
    receipt: null,
  }) satisfies Omit<StoredActivity, 'keyUri' | 'position' | 'published'>;
