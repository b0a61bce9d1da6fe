import { expect, it } from 'vitest';
import type { StartTimer } from './start-timer.ts';
import { within } from './within.ts';

/** A clock that the test moves: what was started rings when it is told to, unless it was stopped. */
const manual = () => {
  const started = new Map<() => void, number>();
  const startTimer: StartTimer = (ms, wake) => {
    started.set(wake, ms);
    return () => started.delete(wake);
  };
  return { startTimer, started, ring: () => [...started.keys()].map((wake) => wake()) };
};

it('gives up work that takes longer, and stops the clock for work that does not', async () => {
  const { startTimer, started, ring } = manual();
  const hanging = within(5_000, new Promise(() => undefined), startTimer);
  expect([...started.values()]).toEqual([5_000]);
  ring();
  await expect(hanging).rejects.toMatchObject({ code: 'kms/timeout' });
  await expect(within(5_000, Promise.resolve('in time'), startTimer)).resolves.toBe('in time');
  await expect(within(5_000, Promise.reject(new Error('its own fault')), startTimer)).rejects.toThrow('its own fault');
  expect(started.size).toBe(0);
});
