import type { RoomView } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { useSnapshot } from './client-context.tsx';

/** A room of this person by its id; undefined once they are no longer in it. */
export const useRoom = (roomId: RoomId): RoomView | undefined => useSnapshot().rooms.find(({ id }) => id === roomId);
