import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurations, plantedFaults, spareDefences } from './configurations.ts';
import { preprocess, search } from './search.ts';

const missing = ['/usr/bin/spin', '/usr/bin/gcc', '/usr/include/stdio.h'].filter((path) => !existsSync(path));
const skipped = missing.length > 0 && process.env.CI !== 'true';
if (skipped) process.stderr.write(`SKIPPED: the model of two-part changes (no ${missing.join(', no ')})\n`);

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith('.pml'));
const moment = /\/\* moment: (.+?) \*\//;

/** Where each moment of the model stands, as `file:line`. */
const places = new Map(
  files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const [, name] = moment.exec(line) ?? [];
        return name === undefined ? [] : [[name, `${file}:${index + 1}`] as const];
      }),
  ),
);

const momentsIn = (text: string): string[] =>
  [...text.matchAll(new RegExp(moment, 'g'))].flatMap(([, name]) => name ?? []);

/** One fault is enough to bring out a planted one, but the double conclusion takes a doubled receipt and an early timeout. */
const FAULTS_WITH_PLANTED = 2;

const withPlanted = (scenario: string, faults: number, planted: readonly string[]): string[] => [
  `SCENARIO_${scenario}`,
  `FAULTS=${faults}`,
  ...planted.map((fault) => `FAULT_${fault}`),
];

describe.skipIf(skipped)('the model of the two-part change', { timeout: 600_000 }, () => {
  it.each(configurations)(
    'both halves live and die together in $scenario, with up to $faults faults (R326, R328, R332, R333)',
    async ({ scenario, faults, moments }) => {
      const definitions = withPlanted(scenario, faults, []);
      const found = await search(definitions);
      expect(found.violation, found.output).toBeNull();
      expect(found.exhaustive, found.output).toBe(true);
      const reached = momentsIn(await preprocess(definitions)).filter(
        (name) => !found.unreached.has(places.get(name) ?? ''),
      );
      expect(reached.toSorted()).toEqual(moments.toSorted());
      process.stdout.write(`${scenario}: ${found.states} states in ${found.seconds.toFixed(1)} s, none wrong\n`);
    },
  );

  it.each(plantedFaults)('finds the planted fault $planted (R326)', async ({ planted, scenario, breaks }) => {
    const found = await search(withPlanted(scenario, FAULTS_WITH_PLANTED, planted));
    expect(found.violation, found.output).toMatch(breaks);
  });

  it.each(spareDefences)('holds without $planted, behind which another defence stands (R326)', async (spare) => {
    const found = await search(withPlanted(spare.scenario, 1, spare.planted));
    expect(found.violation, found.output).toBeNull();
    expect(found.exhaustive, found.output).toBe(true);
  });

  it('knows every fault that the model can be given', () => {
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    const known = new Set([...text.matchAll(/\bFAULT_(\w+)/g)].map(([, name]) => name));
    const planted = new Set(plantedFaults.flatMap((each) => each.planted));
    expect([...planted].toSorted()).toEqual([...known].toSorted());
  });
});
