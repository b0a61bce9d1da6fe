import { isUuid, type RoomId } from '@cloister/wire';

/** The pages of the administration. */
export const hubPlaces = ['overview', 'keys', 'domains', 'outside'] as const;
export type HubPlace = (typeof hubPlaces)[number];

/** What the address bar asks for. */
export type Route = { page: 'rooms'; roomId?: RoomId } | { page: 'hub'; place: HubPlace } | { page: 'signed-in' };

/** Reads a path; anything unknown is the room list. */
export function parseRoute(path: string): Route {
  const place = hubPlaces.find((each) => path === hubPath(each));
  if (place !== undefined) return { page: 'hub', place };
  if (path === '/signed-in') return { page: 'signed-in' };
  const id = path.startsWith('/rooms/') ? path.slice('/rooms/'.length) : undefined;
  return isUuid(id) ? { page: 'rooms', roomId: id as RoomId } : { page: 'rooms' };
}

/** The path of a room, or of the list. */
export const roomPath = (roomId?: RoomId): string => (roomId === undefined ? '/' : `/rooms/${roomId}`);

/** The path of a page of the administration. */
export const hubPath = (place: HubPlace = 'overview'): string => (place === 'overview' ? '/hub' : `/hub/${place}`);
