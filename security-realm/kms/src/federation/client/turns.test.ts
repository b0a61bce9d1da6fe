import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const patient = () => new AbortController().signal;

it('runs at most so many at once, the others as they came, and is idle in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.boolean(), { maxLength: 20 }), async (most, fails) => {
      const turns = new Turns(most);
      const begun: number[] = [];
      let atOnce = 0;
      const results = await Promise.allSettled(
        fails.map((isFailing, index) =>
          turns.run(patient(), async () => {
            begun.push(index);
            atOnce += 1;
            expect(atOnce).toBeLessThanOrEqual(most);
            await null;
            atOnce -= 1;
            if (isFailing) throw new RangeError('on purpose');
            return index;
          }),
        ),
      );
      expect(begun).toEqual(fails.map((_, index) => index));
      expect(results.map(({ status }) => status === 'rejected')).toEqual(fails);
      expect(turns.isIdle).toBe(true);
    }),
    { numRuns },
  );
});

it('lets go of who gives up waiting, and of who came too late', async () => {
  const turns = new Turns(1);
  const held = Promise.withResolvers<void>();
  const first = turns.run(patient(), () => held.promise);
  const impatient = new AbortController();
  const waiting = turns.run(impatient.signal, async () => expect.unreachable());
  const last = turns.run(patient(), async () => 'last');
  impatient.abort(new RangeError('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(turns.run(impatient.signal, async () => expect.unreachable())).rejects.toThrow('enough');
  held.resolve();
  expect(await last).toBe('last');
  await first;
  expect(turns.isIdle).toBe(true);
});
