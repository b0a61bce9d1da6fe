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
  await turn();
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

it('never runs two at once, whenever it is asked', async () => {
  let atWork = 0;
  let most = 0;
  const ask = oneAtATime(async () => {
    atWork += 1;
    most = Math.max(most, atWork);
    await turn();
    atWork -= 1;
  });
  const askers = Array.from({ length: 5 }, async (_, wait) => {
    for (let n = 0; n < 20; n += 1) {
      await ask();
      // A few microtasks later each time: also between the end of a run and the beginning of the next.
      for (let n = 0; n < wait; n += 1) await null;
    }
  });
  await Promise.all(askers);
  expect(most).toBe(1);
});
