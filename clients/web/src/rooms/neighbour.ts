import type { RoomView } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';

/** The room before or after the current one in the list, going round; with `unread`, among those with unread entries. */
export function neighbour(
  rooms: readonly RoomView[],
  current: RoomId | undefined,
  step: 1 | -1,
  { unread }: { unread: boolean },
): RoomId | undefined {
  const start = rooms.findIndex(({ id }) => id === current);
  const from = start === -1 && step === -1 ? 0 : start;
  for (let distance = 1; distance <= rooms.length; distance += 1) {
    const room = rooms[(from + step * distance + rooms.length * 2) % rooms.length];
    if (room !== undefined && room.id !== current && (!unread || room.unread > 0)) return room.id;
  }
  return undefined;
}
