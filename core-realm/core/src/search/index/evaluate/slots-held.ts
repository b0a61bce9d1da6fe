import type { RoomId } from '@cloister/wire';
import type { SearchHit } from './cursor.ts';
import { type LookUpParts, lookUpSlots, type RoomToLookUp } from './look-up.ts';

/** The hits in these rooms, each with the slots that hold in its document: what whoever asked cannot tell from what they can read of it. */
export const slotsHeld = async (
  parts: Omit<LookUpParts, 'expression'>,
  rooms: readonly RoomToLookUp[],
  hits: readonly SearchHit[],
): Promise<SearchHit[]> => {
  const lists = await lookUpSlots(parts, rooms);
  const held = new Map<RoomId, readonly ReadonlySet<number>[]>(
    rooms.map(({ room }, at) => [room.roomId, (lists[at] ?? []).map((list) => new Set(list))]),
  );
  return hits.map((hit) => {
    const slots = held.get(hit.roomId) ?? [];
    return { ...hit, slots: slots.flatMap((list, slot) => (list.has(hit.edit ?? hit.position) ? [slot] : [])) };
  });
};
