import { isUuid, type RoomId } from '@cloister/wire';

/** What the address bar asks for. */
export type Route = { page: 'rooms'; roomId?: RoomId } | { page: 'hub' } | { page: 'signed-in' };

/** Reads a path; anything unknown is the room list. */
export function parseRoute(path: string): Route {
  if (path === '/hub') return { page: 'hub' };
  if (path === '/signed-in') return { page: 'signed-in' };
  const id = path.startsWith('/rooms/') ? path.slice('/rooms/'.length) : undefined;
  return isUuid(id) ? { page: 'rooms', roomId: id as RoomId } : { page: 'rooms' };
}

/** The path of a room, or of the list. */
export const roomPath = (roomId?: RoomId): string => (roomId === undefined ? '/' : `/rooms/${roomId}`);
