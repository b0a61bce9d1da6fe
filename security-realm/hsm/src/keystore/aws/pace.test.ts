import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

it('lets a burst through, spaces out what follows, refuses whom it would keep too long, and rests itself full', () => {
  let now = 0;
  const pace = new Pace({ perSecond: 10, burst: 2, patienceMs: 250 }, () => now);
  const ten = () => Array.from({ length: 10 }, () => pace.reserve());
  expect([pace.reserve(), pace.reserve(), pace.reserve(), pace.reserve()]).toEqual([0, 0, 100, 200]);
  expect(ten).toThrow(expect.objectContaining({ code: 'hsm/key-unavailable' }));
  now = 100;
  expect(pace.reserve()).toBe(200);
  now = 10_000;
  expect([pace.reserve(), pace.reserve(), pace.reserve()]).toEqual([0, 0, 100]);
  now = 9_000; // A clock that goes back gives nothing.
  expect(pace.reserve()).toBe(200);
});
