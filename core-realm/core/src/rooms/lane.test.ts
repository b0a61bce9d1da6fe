import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lane } from './lane.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

describe('a lane', () => {
  it('runs one thing at a time, in the order asked for, never two of a key in a batch', async () => {
    const asked = fc.array(fc.oneof(fc.constant('turn' as const), fc.record({ key: fc.nat({ max: 3 }) })), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(asked, async (steps) => {
        const order: number[] = [];
        let busy = 0;
        const alone = async (work: () => void) => {
          expect(++busy).toBe(1);
          await Promise.resolve();
          work();
          busy--;
        };
        const lane = new Lane<{ index: number; key: number }, number>({
          batchLimit: 8,
          keyOf: ({ key }) => (key === 0 ? undefined : String(key)),
          batch: async (items) => {
            const keys = items.map(({ key }) => key).filter((key) => key !== 0);
            expect(new Set(keys).size).toBe(keys.length);
            expect(items.length).toBeLessThanOrEqual(8);
            await alone(() => order.push(...items.map(({ index }) => index)));
            return items.map(({ index }) => index);
          },
        });
        const answers = await Promise.all(
          steps.map((step, index) =>
            step === 'turn'
              ? lane.turn(async () => {
                  await alone(() => order.push(index));
                  return index;
                })
              : lane.add({ index, key: step.key }),
          ),
        );
        expect(answers).toEqual(steps.map((_, index) => index));
        expect(order).toEqual(answers);
      }),
      { numRuns },
    );
  });

  it('goes on after a batch or a turn failed', async () => {
    const lane = new Lane<number, number>({
      batchLimit: 8,
      keyOf: () => undefined,
      batch: async (items) => {
        if (items.includes(13)) throw new RangeError('thirteen');
        return items;
      },
    });
    await expect(lane.add(13)).rejects.toThrow('thirteen');
    await expect(lane.turn(() => Promise.reject(new RangeError('turn')))).rejects.toThrow('turn');
    expect(await lane.add(1)).toBe(1);
  });
});
