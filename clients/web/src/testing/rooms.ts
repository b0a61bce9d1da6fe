import type { RoomView } from '@cloister/sdk';
import { roomId, userId } from './entries.ts';

/** A room of two, quiet and read. */
export const room = (number: number, changes: Partial<RoomView> = {}): RoomView => ({
  id: roomId(number),
  title: { state: 'open', value: `Room ${number}` },
  people: [userId(1), userId(2)],
  outside: [],
  moderators: [],
  pending: [],
  unread: 0,
  readPosition: 0,
  head: 0,
  created: '2026-11-01T09:00:00.000Z',
  updated: '2026-11-21T09:00:00.000Z',
  ...changes,
});
