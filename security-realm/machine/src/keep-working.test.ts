import { CloisterError } from '@cloister/wire';
import { expect, it } from 'vitest';
import { keepWorking } from './keep-working.ts';

/** Runs turns that go as scripted, then stops; answers the pauses between them and what was told. */
async function run(script: readonly unknown[]) {
  const stopping = new AbortController();
  const pauses: number[] = [];
  const told: unknown[] = [];
  const left = [...script];
  await keepWorking({
    turn: async () => {
      const fault = left.shift();
      if (left.length === 0) stopping.abort();
      if (fault !== null) throw fault;
    },
    stop: stopping.signal,
    pause: async (ms) => void pauses.push(ms),
    random: () => 1,
    told: (fault) => told.push(fault),
  });
  return { pauses, told };
}

const offline = new CloisterError('client/offline');
const off = new CloisterError('identity/function-off');

it('waits longer after each fault, up to a minute, and starts over when a turn succeeds', async () => {
  const { pauses } = await run([...Array(8).fill(offline), null, offline, null]);
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 1000]);
});

it('asks at an even pace while the function is off (R342)', async () => {
  const { pauses } = await run([
    off,
    new CloisterError('core/function-off'),
    new CloisterError('kms/function-off'),
    null,
  ]);
  expect(pauses).toEqual([5000, 5000, 5000]);
});

it('tells how each turn went', async () => {
  const broken = new RangeError('a fault of ours');
  expect((await run([null, offline, broken, off, null])).told).toEqual([null, offline, broken, off, null]);
});

it('ends at once when it is told to stop, whatever the turn then says', async () => {
  expect(await run([null, offline])).toEqual({ pauses: [], told: [null] });
});
