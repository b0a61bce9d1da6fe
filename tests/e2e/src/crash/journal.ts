import { onTestFailed } from 'vitest';

/** What happened when, shown when the test fails: a crash is explained by what went before it. */
export interface Journal {
  note(line: string): void;
}

export const journal = (seed: number): Journal => {
  const start = performance.now();
  const lines: string[] = [];
  onTestFailed(() => {
    process.stderr.write(`\nfailed with CLOISTER_SEED=${seed}\n${lines.join('\n')}\n`);
  });
  return {
    note: (line) => void lines.push(`${((performance.now() - start) / 1000).toFixed(2).padStart(8)} s  ${line}`),
  };
};
