import { isUuid, type RoomId } from '@cloister/wire';

/** A page of the administration. */
export type HubPlace = 'overview' | 'keys';

/** What the address bar asks for. */
export type Route = { page: 'rooms'; roomId?: RoomId } | { page: 'hub'; place: HubPlace } | { page: 'signed-in' };

/** Reads a path; anything unknown is the room list. */
export function parseRoute(path: string): Route {
  if (path === hubPath('overview')) return { page: 'hub', place: 'overview' };
  if (path === hubPath('keys')) return { page: 'hub', place: 'keys' };
  if (path === '/signed-in') return { page: 'signed-in' };
  const id = path.startsWith('/rooms/') ? path.slice('/rooms/'.length) : undefined;
  return isUuid(id) ? { page: 'rooms', roomId: id as RoomId } : { page: 'rooms' };
}

/** The path of a room, or of the list. */
export const roomPath = (roomId?: RoomId): string => (roomId === undefined ? '/' : `/rooms/${roomId}`);

/** The path of a page of the administration. */
export const hubPath = (place: HubPlace = 'overview'): string => (place === 'overview' ? '/hub' : `/hub/${place}`);
