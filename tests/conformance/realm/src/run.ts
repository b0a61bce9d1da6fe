import { allCases } from './cases/all-cases.ts';
import type { Case } from './cases/case.ts';
import { World } from './world.ts';

/** What became of one case. */
export type Result = { readonly name: string; readonly faults: readonly string[]; readonly ms: number };

/** How long a case may take before whatever it waits for counts as missing. */
const PATIENCE_MS = 30_000;

export type RunOptions = {
  readonly cases?: readonly Case[];
  readonly tell?: (result: Result) => void;
  readonly patienceMs?: number;
};

/**
 * Starts the realm of a folder and runs every case, one after the other, over one world: what a case breaks shows in it, or
 * in those after it.
 */
export const run = async (
  folder: string,
  { cases = allCases, tell = () => undefined, patienceMs = PATIENCE_MS }: RunOptions = {},
): Promise<readonly Result[]> => {
  const world = await World.open(folder);
  const results: Result[] = [];
  try {
    for (const { before } of cases) before?.(world);
    world.implementation.start();
    for (const each of cases) {
      const result = await runCase(world, each, patienceMs);
      results.push(result);
      tell(result);
    }
  } finally {
    await world.close();
  }
  return results;
};

const runCase = async (world: World, { name, run: check }: Case, patienceMs: number): Promise<Result> => {
  const started = performance.now();
  const faults: string[] = [];
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs);
  try {
    await Promise.race([check(world), late.promise]);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
  faults.push(...(await world.monitor.taken()), ...world.identity.faults.splice(0));
  world.peer.instead = null;
  world.peer.onChange = null;
  world.core.writes = true;
  return { name, faults, ms: performance.now() - started };
};
