import { expect, it } from 'vitest';
import { Budget } from './budget.ts';

it('gives its burst at once, then its rate', () => {
  let now = 0;
  const budget = new Budget(10, 2, () => now);
  expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
  now = 100;
  expect([budget.take(), budget.take()]).toEqual([true, false]);
  now = 60_000;
  expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
});

it('does not give more when the clock goes back', () => {
  let now = 1_000;
  const budget = new Budget(10, 1, () => now);
  budget.take();
  now = 0;
  expect(budget.take()).toBe(false);
});

it('gives several permits or none of them', () => {
  const budget = new Budget(10, 5, () => 0);
  expect([budget.take(6), budget.take(3), budget.take(3), budget.take(2), budget.take()]).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
});
