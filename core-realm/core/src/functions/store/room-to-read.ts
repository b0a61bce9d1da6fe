import { type Database, sql } from '@cloister/database';
import type { RoomId } from '@cloister/wire';
import { type Asker, isMachine, type Machine } from '../../domain/asker.ts';
import { readsAsGuest } from '../../domain/machine-reading.ts';
import type { Room, RoomView } from '../../domain/room.ts';
import { findRoom } from '../../store/find-rooms.ts';
import { seenBy } from '../../store/organisation-reach.ts';
import { roomColumns } from '../../store/room-columns.ts';

/**
 * The room as the asker may read it: people as its members, machines as one of their organisation's. For reading alone:
 * who may write is decided by membership, and a machine has none.
 */
export const roomToRead = (db: Database, roomId: RoomId, asker: Asker): Promise<RoomView | undefined> =>
  isMachine(asker) ? roomForMachine(db, roomId, asker) : findRoom(db, roomId, asker.userId);

/** A room, and up to where the organisation's people in it see it; null without any. */
type RoomSeen = Room & { readonly seen: number | null };

/**
 * Without its people, its keys and what is pending: no function needs them. A room that is at home elsewhere is read as far
 * as one of the organisation's people in it may.
 */
const roomForMachine = async (db: Database, roomId: RoomId, machine: Machine): Promise<RoomView | undefined> => {
  const { userId, organisationId } = machine;
  const found = await db.maybe(sql<RoomSeen>`
    select ${roomColumns}, ${seenBy(organisationId)} as seen from rooms r where r.id = ${roomId}`);
  if (found === null) return undefined;
  const { seen, ...room } = found;
  const home = room.organisationId === organisationId;
  if (!home && (seen === null || !readsAsGuest(machine.purpose))) return undefined;
  const suspendedAt = home || seen === room.head ? null : seen;
  const membership = { userId, organisationId, readPosition: 0, suspendedAt, moderator: false };
  return { room, keys: [], pending: [], members: [], membership };
};
