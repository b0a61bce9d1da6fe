import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { keepSame, same } from './keep-same.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it('tells two plain values apart exactly when their JSON differs', () => {
  void fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.jsonValue(), (a, b) => {
      expect(same(a, structuredClone(a))).toBe(true);
      if (same(a, b)) expect(b).toEqual(a);
    }),
    { numRuns },
  );
});

it('keeps the object of every item that says the same, and the list when nothing changed', () => {
  const items = fc.uniqueArray(fc.record({ key: fc.string({ maxLength: 3 }), value: fc.nat(3) }), {
    selector: ({ key }) => key,
  });
  void fc.assert(
    fc.property(items, items, (before, after) => {
      const kept = keepSame(before, after, ({ key }) => key);
      expect(kept).toEqual(after);
      for (const item of kept) {
        const old = before.find(({ key }) => key === item.key);
        if (old !== undefined && old.value === item.value) expect(item).toBe(old);
      }
      expect(keepSame(before, structuredClone(before), ({ key }) => key)).toBe(before);
    }),
    { numRuns },
  );
});
