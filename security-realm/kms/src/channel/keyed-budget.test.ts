import { expect, it } from 'vitest';
import { KeyedBudget } from './keyed-budget.ts';

it('gives each key its burst, then its rate', () => {
  const budget = new KeyedBudget({ perSecond: 2, burst: 3 });
  const take = (key: string, now: number, times: number) => Array.from({ length: times }, () => budget.take(key, now));
  expect(take('alice', 0, 4)).toEqual([true, true, true, false]);
  expect(take('bob', 0, 1)).toEqual([true]);
  expect(take('alice', 500, 2)).toEqual([true, false]);
  expect(take('alice', 100_000, 4)).toEqual([true, true, true, false]);
});

it('gives no more when the clock goes back', () => {
  const budget = new KeyedBudget({ perSecond: 1, burst: 1 });
  expect(budget.take('alice', 10_000)).toBe(true);
  expect(budget.take('alice', 0)).toBe(false);
});

it('takes several at once, all or none, and at most what it can save up', () => {
  const budget = new KeyedBudget({ perSecond: 1, burst: 10 });
  expect(budget.take('machine', 0, 6)).toBe(true);
  expect(budget.take('machine', 0, 6)).toBe(false);
  expect(budget.take('machine', 0, 4)).toBe(true);
  expect(budget.take('machine', 9_000, 50)).toBe(false);
  expect(budget.take('machine', 10_000, 50)).toBe(true);
});
