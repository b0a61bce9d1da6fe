import type { Queries } from '@cloister/database';
import { CloisterError, type RoomId, type UserId } from '@cloister/wire';
import type { Intent } from '../domain/intent.ts';
import type { RoomView } from '../domain/room.ts';
import { findPair, findRoom } from '../store/find-rooms.ts';
import { findIntent, insertIntent, pendingCreates, type StoredIntent } from '../store/intents.ts';
import { creatorOf, isPairTaken } from '../store/taken-rooms.ts';
import { sameOrRefused } from './write-intent.ts';

/** What a request for a new room found: an intent to carry on, or a room that is there already. */
export type WrittenCreate = { readonly intent: StoredIntent } | { readonly room: RoomView };

/** Writes the intent of a new room, or finds what an identical request wrote before. */
export const writeCreate = async (tx: Queries, intent: Intent): Promise<WrittenCreate> => {
  const earlier = await findIntent(tx, intent.operationId);
  if (earlier !== undefined) return { intent: sameOrRefused(earlier, intent) };
  const room = (await ownRoom(tx, intent.roomId, intent.userId)) ?? (await roomOfPair(tx, intent));
  if (room !== undefined) return { room };
  if (await insertIntent(tx, intent)) return { intent: { ...intent, outcome: { state: 'pending' } } };
  const pending = await pendingCreates(tx, intent.roomId, intent.pair);
  const own = pending.find((other) => other.userId === intent.userId && other.roomId === intent.roomId);
  if (own !== undefined) return { intent: sameOrRefused(own, intent) };
  throw new CloisterError('core/conflict', { detail: 'The same room is being created at this moment.' });
};

/** A client that chose the room's id and asks again in other bytes finds the room it made. */
const ownRoom = async (tx: Queries, roomId: RoomId, userId: UserId): Promise<RoomView | undefined> => {
  const creator = await creatorOf(tx, roomId);
  if (creator === null) return undefined;
  const view = creator === userId ? await findRoom(tx, roomId, userId) : undefined;
  if (view === undefined) throw new CloisterError('core/conflict', { detail: 'This room id is taken.' });
  return view;
};

/** There is one conversation of two people; a first message under a key of another would be lost, so it is refused. */
const roomOfPair = async (tx: Queries, { pair, outer, userId }: Intent): Promise<RoomView | undefined> => {
  if (pair === null) return undefined;
  const [low, high] = pair;
  const view = await findPair(tx, userId, low === userId ? high : low);
  if (view !== undefined && outer.kind === 'create' && outer.posts.length > 0) {
    throw new CloisterError('core/conflict', { detail: 'You already have a conversation with this person.' });
  }
  // Who left the organisation and came back is no longer in the conversation, which is still there.
  if (view === undefined && (await isPairTaken(tx, pair))) {
    throw new CloisterError('core/conflict', {
      detail: 'You already have a conversation with this person, who can add you to it again.',
    });
  }
  return view;
};
