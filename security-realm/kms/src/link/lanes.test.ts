import { expect, it } from 'vitest';
import { backoff } from './backoff.ts';
import { Lanes } from './lanes.ts';

it('runs work of one name in order, of different names side by side', async () => {
  const lanes = new Lanes();
  const done: string[] = [];
  const gates = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<void>((resolve) => {
      gates.set(name, () => {
        done.push(name);
        resolve();
      });
    });
  lanes.run('alice', work('a1'));
  lanes.run('alice', work('a2'));
  lanes.run('bob', work('b1'));
  await Promise.resolve();
  expect([...gates.keys()]).toEqual(['a1', 'b1']);
  gates.get('b1')?.();
  gates.get('a1')?.();
  while (!gates.has('a2')) await Promise.resolve();
  gates.get('a2')?.();
  await lanes.idle();
  expect(done).toEqual(['b1', 'a1', 'a2']);
});

it('waits between 0.2 and 5 s before it connects again (wires.md §4)', () => {
  for (let failures = 0; failures < 40; failures++) {
    for (const random of [0, 0.5, 0.999]) {
      const wait = backoff(failures, () => random);
      expect(wait).toBeGreaterThanOrEqual(200);
      expect(wait).toBeLessThanOrEqual(5_000);
    }
  }
  expect(backoff(10, () => 0.999)).toBeGreaterThan(4_000);
});
