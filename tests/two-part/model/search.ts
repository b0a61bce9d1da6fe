import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What SPIN found when it looked at every state of one configuration. */
export interface Search {
  /** The first claim that does not hold, in SPIN's words; null when all hold. */
  readonly violation: string | null;
  /** Whether every reachable state was looked at, and none of them approximately. */
  readonly exhaustive: boolean;
  readonly states: number;
  readonly seconds: number;
  /** `file:line` of each statement that no state leads to. */
  readonly unreached: ReadonlySet<string>;
  /** What the search printed, for whoever has to find out why. */
  readonly output: string;
}

const run = promisify(execFile);
const folder = import.meta.dirname;

/** Longer than any run the model can have; a search that goes deeper says so and fails. */
const DEPTH = 20_000;
const MEGABYTES = 3_000;

/** The model as the compiler sees it with these definitions, its comments kept. */
export const preprocess = async (definitions: readonly string[]): Promise<string> =>
  (await run('gcc', ['-E', '-C', '-P', '-x', 'c', ...flags(definitions), 'two-part.pml'], options)).stdout;

/** Looks at every state of the model under these definitions (SPIN's own search, then its verdict read). */
export const search = async (definitions: readonly string[]): Promise<Search> => {
  const work = await mkdtemp(join(tmpdir(), 'cloister-model-'));
  try {
    // -o3: statements are not merged, so that what is said to be unreached is.
    await run('spin', ['-o3', ...flags(definitions), '-a', join(folder, 'two-part.pml')], { ...options, cwd: work });
    await run('gcc', ['-O1', '-w', '-DCOLLAPSE', `-DMEMLIM=${MEGABYTES}`, '-o', 'pan', 'pan.c'], { cwd: work });
    const started = performance.now();
    const { stdout: output } = await run(join(work, 'pan'), ['-a', `-m${DEPTH}`], { ...options, cwd: work });
    return { ...read(output), seconds: (performance.now() - started) / 1000, output };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

const options = { cwd: folder, maxBuffer: 16 * 1024 * 1024 };

const flags = (definitions: readonly string[]): string[] => definitions.map((definition) => `-D${definition}`);

const read = (output: string): Omit<Search, 'seconds' | 'output'> => {
  const [, states = '0'] = /^\s*([\d.e+]+) states, stored/m.exec(output) ?? [];
  return {
    violation: violationOf(output),
    exhaustive:
      output.includes('Full statespace search') &&
      !/max search depth too small|out of memory|memory limit|Search not completed|hash-?compact|bit statespace/i.test(
        output,
      ),
    states: Number(states),
    unreached: new Set([...output.matchAll(/^\t(?:.*\/)?([\w-]+\.pml:\d+), state/gm)].map(([, at = '']) => at)),
  };
};

/** What says neither that all is well nor what is wrong is wrong. */
const violationOf = (output: string): string | null => {
  const [, violation] = /^pan:1: (.+)$/m.exec(output) ?? [];
  if (violation !== undefined) return violation;
  return /errors: 0$/m.test(output) ? null : 'the search did not end';
};
