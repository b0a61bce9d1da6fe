import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('runs once more after what runs, however often it was asked meanwhile', async () => {
  const gates: (() => void)[] = [];
  let runs = 0;
  const ask = oneAtATime(() => {
    runs += 1;
    return new Promise((resolve) => gates.push(resolve));
  });
  const first = ask();
  const later = [ask(), ask(), ask()];
  expect(runs).toBe(1);
  gates[0]?.();
  await first;
  await turn();
  expect(runs).toBe(2);
  // This one was asked for while the second ran, so it is a third.
  const third = ask();
  gates[1]?.();
  await Promise.all(later);
  await turn();
  expect(runs).toBe(3);
  gates[2]?.();
  await third;
  await turn();
  expect(runs).toBe(3);
});
