import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chained, emptyChain, firstBroken } from './audit-chain.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);

const rowsOf = (entries: readonly string[]) => {
  let head = emptyChain;
  return entries.map((entry) => {
    head = chained(head, entry);
    return { ...head, entry };
  });
};

it('shows the first entry that was changed, dropped, doubled or moved', () => {
  const entries = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(entries, fc.nat(), fc.constantFrom('change', 'drop', 'double', 'move'), (texts, pick, how) => {
      const rows = rowsOf(texts);
      expect(firstBroken(rows)).toBeNull();
      const at = pick % rows.length;
      const row = rows[at];
      const next = rows[(at + 1) % rows.length];
      if (row === undefined || next === undefined) return;
      const tampered = [...rows];
      if (how === 'change') tampered[at] = { ...row, entry: `${row.entry}!` };
      if (how === 'drop') tampered.splice(at, 1);
      if (how === 'double') tampered.splice(at, 0, row);
      if (how === 'move') [tampered[at], tampered[(at + 1) % rows.length]] = [next, row];
      // A dropped end is seen only by whoever knows the head.
      if (how === 'drop' && at === rows.length - 1) return;
      expect(firstBroken(tampered)).not.toBeNull();
    }),
    { numRuns: runs },
  );
});
