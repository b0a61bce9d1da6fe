import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseGeneration } from './generations.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

describe('the generation of a room’s index that is built', () => {
  it('is the first where there is none, and goes on where it was made by the same rules', () => {
    expect(chooseGeneration([], [], ['a'])).toEqual({ generation: 1, isNew: true });
    const own = [{ generation: 1, rules: 'a' }];
    expect(chooseGeneration(own, [{ generation: 1 }], ['a'])).toEqual({ generation: 1, isNew: false });
    // Begun, and nothing of it arrived yet.
    expect(chooseGeneration(own, [], ['a'])).toEqual({ generation: 1, isNew: false });
  });

  it('is a newer one when the rules change, also back to what they were', () => {
    const own = [{ generation: 1, rules: 'a' }];
    expect(chooseGeneration(own, [{ generation: 1 }], ['b'])).toEqual({ generation: 2, isNew: true });
    const both = [...own, { generation: 2, rules: 'b' }];
    expect(chooseGeneration(both, [{ generation: 1 }, { generation: 2 }], ['b'])).toEqual({
      generation: 2,
      isNew: false,
    });
    expect(chooseGeneration(both, [{ generation: 1 }, { generation: 2 }], ['a'])).toEqual({
      generation: 3,
      isNew: true,
    });
  });

  it('is never one that somebody else made: nobody has its counters', () => {
    const generation = fc.integer({ min: 1, max: 9 });
    const own = fc.uniqueArray(fc.record({ generation, rules: fc.constantFrom('a', 'b') }), {
      selector: (one) => one.generation,
    });
    fc.assert(
      fc.property(own, fc.uniqueArray(generation), (mine, inCore) => {
        const chosen = chooseGeneration(
          mine,
          inCore.map((one) => ({ generation: one })),
          ['a'],
        );
        const known = mine.find((one) => one.generation === chosen.generation);
        expect(chosen.isNew).toBe(known === undefined);
        expect(known?.rules ?? 'a').toBe('a');
        const others = [...mine.map((one) => one.generation), ...inCore].filter((one) => one !== chosen.generation);
        expect(others.every((one) => one < chosen.generation)).toBe(true);
      }),
      { numRuns },
    );
  });
});
