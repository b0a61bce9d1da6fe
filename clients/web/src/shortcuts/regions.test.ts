import { expect, it } from 'vitest';
import { nextRegion } from './regions.ts';

it('goes round in both directions, and starts at the near end', () => {
  expect([nextRegion(-1, 3, 1), nextRegion(0, 3, 1), nextRegion(2, 3, 1)]).toEqual([0, 1, 0]);
  expect([nextRegion(-1, 3, -1), nextRegion(0, 3, -1), nextRegion(2, 3, -1)]).toEqual([2, 2, 1]);
  expect(nextRegion(-1, 0, 1)).toBe(-1);
});
