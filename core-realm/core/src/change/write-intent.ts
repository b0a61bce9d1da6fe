import type { Queries } from '@cloister/database';
import { CloisterError, type KeyLimits } from '@cloister/wire';
import { type AskedChange, decideChange, type KmsHostOf, type KnownPerson } from '../domain/decide-change.ts';
import { type Intent, isSameChange } from '../domain/intent.ts';
import { withSpentKeys } from '../domain/key-limits.ts';
import type { RoomView } from '../domain/room.ts';
import type { StoredActivity } from '../domain/stored-activity.ts';
import type { Committed } from '../rooms/room-writer.ts';
import { findByTempId } from '../store/activities.ts';
import { findRoom } from '../store/find-rooms.ts';
import { findIntent, insertIntent, type StoredIntent } from '../store/intents.ts';
import { countKeys, pruneKeys, wasBound } from '../store/key-counts.ts';
import { lockRoom, suspendMembers } from '../store/room-writes.ts';

/** What a request for a change of an existing room found: an intent to carry on, its end, or the entry it repeats. */
export type Written = { readonly intent: StoredIntent } | { readonly activity: StoredActivity };

/** What a change is decided by, besides the room. */
export interface ChangeSurroundings {
  readonly person: (id: string) => KnownPerson;
  readonly kmsHostOf: KmsHostOf;
  readonly limits: KeyLimits;
}

/**
 * Decides the core's half and writes the intent, or finds what an identical request wrote before. From here until the
 * receipt a person being removed hears nothing more of the room.
 */
export const writeIntent = async (
  tx: Queries,
  intent: Intent,
  asked: AskedChange,
  { person, kmsHostOf, limits }: ChangeSurroundings,
): Promise<Written | Committed<Written>> => {
  const earlier = await findIntent(tx, intent.operationId);
  if (earlier !== undefined) return { intent: sameOrRefused(earlier, intent) };
  await lockRoom(tx, intent.roomId);
  const view = await findRoom(tx, intent.roomId, intent.userId);
  if (view === undefined) throw new CloisterError('core/not-found');
  const repeated = await repeatedEntry(tx, intent);
  if (repeated !== null) return { activity: repeated };
  if (asked.keyUri !== undefined) await decideNewKey(tx, intent, view, asked.keyUri, limits);
  decideChange(
    withSpentKeys(view, limits, intent.since),
    asked,
    asked.subject === undefined ? undefined : person(asked.subject),
    kmsHostOf,
  );
  const { resourceUri, kmsHost } = view.room;
  const complete = { ...intent, resourceUri, kmsHost };
  if (!(await insertIntent(tx, complete))) throw new CloisterError('core/conflict');
  const written: Written = { intent: { ...complete, outcome: { state: 'pending' } } };
  if (intent.kind !== 'remove') return written;
  const version = await suspendMembers(tx, intent.roomId, intent.subjects);
  return { value: written, roomId: intent.roomId, version, entries: [] };
};

/** Makes room among the keys of before; one of those that were forgotten does not come back as a new one. */
const decideNewKey = async (
  tx: Queries,
  { roomId, since }: Intent,
  { keys }: RoomView,
  uri: string,
  limits: KeyLimits,
): Promise<void> => {
  await countKeys(tx, roomId, limits);
  await pruneKeys(tx, roomId, limits, since);
  if (!keys.some((key) => key.uri === uri) && (await wasBound(tx, roomId, uri)))
    throw new CloisterError('core/key-stale');
};

/** @throws CloisterError when the same sealed bytes come beside another outer half */
export const sameOrRefused = (earlier: StoredIntent, asked: Intent): StoredIntent => {
  if (isSameChange(earlier, asked)) return earlier;
  throw new CloisterError('core/conflict', { detail: 'This sealed part belongs to another change.' });
};

const repeatedEntry = async (tx: Queries, { outer, roomId, userId }: Intent): Promise<StoredActivity | null> => {
  if (outer.kind !== 'change' || outer.entry.clientTempId === null) return null;
  return findByTempId(tx, roomId, userId, outer.entry.clientTempId);
};
