import { type Database, sql } from '@cloister/database';
import type { RoomId } from '@cloister/wire';
import { type Asker, isMachine, type Machine } from '../../domain/asker.ts';
import type { Room, RoomView } from '../../domain/room.ts';
import { findRoom } from '../../store/find-rooms.ts';
import { roomColumns } from '../../store/room-columns.ts';

/**
 * The room as the asker may read it: people as its members, machines as one of their organisation's. For reading alone:
 * who may write is decided by membership, and a machine has none.
 */
export const roomToRead = (db: Database, roomId: RoomId, asker: Asker): Promise<RoomView | undefined> =>
  isMachine(asker) ? roomForMachine(db, roomId, asker) : findRoom(db, roomId, asker.userId);

/** Without its people, its keys and what is pending: no function needs them. */
const roomForMachine = async (db: Database, roomId: RoomId, machine: Machine): Promise<RoomView | undefined> => {
  const { userId, organisationId } = machine;
  const room = await db.maybe(sql<Room>`
    select ${roomColumns} from rooms r where r.id = ${roomId} and r.organisation_id = ${organisationId}`);
  if (room === null) return undefined;
  const membership = { userId, organisationId, readPosition: 0, suspendedAt: null, moderator: false };
  return { room, keys: [], pending: [], members: [], membership };
};
