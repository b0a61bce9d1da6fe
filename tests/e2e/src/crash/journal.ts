import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Constellation } from '@cloister/testkit';
import { onTestFailed } from 'vitest';
import { seed } from './chance.ts';

/** What happened when, shown when the test fails: a crash is explained by what went before it. */
export interface Journal {
  note(line: string): void;
}

export const journal = ({ deployment }: Constellation): Journal => {
  const start = performance.now();
  const lines: string[] = [];
  onTestFailed(() => {
    const told = [`failed with CLOISTER_SEED=${seed}`, ...lines, ...lastOfLogs(deployment.layout.logs)];
    process.stderr.write(`\n${told.join('\n')}\n`);
  });
  return {
    note: (line) => void lines.push(`${((performance.now() - start) / 1000).toFixed(2).padStart(8)} s  ${line}`),
  };
};

/** The servers' logs go with the constellation's folder, so their ends are kept here. */
const lastOfLogs = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const end = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').slice(-25);
    return [`--- ${name}`, ...end];
  });
