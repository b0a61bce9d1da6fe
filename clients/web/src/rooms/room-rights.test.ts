import { expect, it } from 'vitest';
import { userId } from '../testing/entries.ts';
import { room } from '../testing/rooms.ts';
import { isLastModerator, mayManage } from './room-rights.ts';

const [me, other] = [userId(1), userId(2)];

it('lets everybody manage a room without moderators, then moderators alone (R447)', () => {
  expect(mayManage(room(1), me)).toBe(true);
  expect(mayManage(room(1, { moderators: [other] }), me)).toBe(false);
  expect(mayManage(room(1, { moderators: [other, me] }), me)).toBe(true);
});

it('keeps a room of two as it is', () => {
  expect(mayManage(room(1, { directWith: other }), me)).toBe(false);
});

it('knows the last moderator', () => {
  expect(isLastModerator(room(1, { moderators: [me] }), me)).toBe(true);
  expect(isLastModerator(room(1, { moderators: [me, other] }), me)).toBe(false);
  expect(isLastModerator(room(1, { moderators: [other] }), me)).toBe(false);
});
