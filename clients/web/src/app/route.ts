import { isUuid, type RoomId } from '@cloister/wire';

/** The pages of the administration. */
export const hubPlaces = ['overview', 'keys', 'domains', 'outside', 'search'] as const;
export type HubPlace = (typeof hubPlaces)[number];

/** What the address bar asks for. */
export type Route =
  | { page: 'rooms'; roomId?: RoomId; position?: number }
  | { page: 'search' }
  | { page: 'hub'; place: HubPlace }
  | { page: 'signed-in' };

/** The page of what was found. What was searched for is content, and never in an address. */
export const searchPath = '/search';

/** Reads a path; anything unknown is the room list. */
export function parseRoute(path: string): Route {
  const place = hubPlaces.find((each) => path === hubPath(each));
  if (place !== undefined) return { page: 'hub', place };
  if (path === '/signed-in') return { page: 'signed-in' };
  if (path === searchPath) return { page: 'search' };
  const [, rooms, id, position, ...rest] = path.split('/');
  if (rooms !== 'rooms' || !isUuid(id) || rest.length > 0) return { page: 'rooms' };
  if (position === undefined) return { page: 'rooms', roomId: id as RoomId };
  const at = /^[1-9]\d{0,14}$/.test(position) ? { position: Number(position) } : {};
  return { page: 'rooms', roomId: id as RoomId, ...at };
}

/** The path of a room, of one entry in it, or of the list. */
export const roomPath = (roomId?: RoomId, position?: number): string =>
  roomId === undefined ? '/' : position === undefined ? `/rooms/${roomId}` : `/rooms/${roomId}/${position}`;

/** The path of a page of the administration. */
export const hubPath = (place: HubPlace = 'overview'): string => (place === 'overview' ? '/hub' : `/hub/${place}`);
