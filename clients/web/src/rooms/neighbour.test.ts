import { expect, it } from 'vitest';
import { roomId } from '../testing/entries.ts';
import { room } from '../testing/rooms.ts';
import { neighbour } from './neighbour.ts';

const rooms = [room(1), room(2, { unread: 3 }), room(3), room(4, { unread: 1 })];
const any = { unread: false };

it('goes to the next and the previous room, and round the ends', () => {
  expect(neighbour(rooms, roomId(1), 1, any)).toBe(roomId(2));
  expect(neighbour(rooms, roomId(4), 1, any)).toBe(roomId(1));
  expect(neighbour(rooms, roomId(1), -1, any)).toBe(roomId(4));
});

it('starts at an end when no room is open', () => {
  expect(neighbour(rooms, undefined, 1, any)).toBe(roomId(1));
  expect(neighbour(rooms, undefined, -1, any)).toBe(roomId(4));
});

it('skips what is read when asked for unread rooms', () => {
  expect(neighbour(rooms, roomId(2), 1, { unread: true })).toBe(roomId(4));
  expect(neighbour(rooms, roomId(2), -1, { unread: true })).toBe(roomId(4));
  expect(neighbour([room(1), room(2)], roomId(1), 1, { unread: true })).toBeUndefined();
});

it('goes nowhere when there is nowhere to go', () => {
  expect(neighbour([], undefined, 1, any)).toBeUndefined();
  expect(neighbour([room(1)], roomId(1), 1, any)).toBeUndefined();
});
