import fc from 'fast-check';
import type { Happening, Started } from './happening.ts';

export interface ModelTestParts<Run extends object> {
  /** What may happen to a run, with the probabilities that find most. */
  readonly happenings: readonly fc.Arbitrary<Happening<Run>>[];
  /** A run on which nothing has happened yet, whose every step the scheduler takes. */
  readonly begin: (scheduler: fc.Scheduler) => Promise<Run>;
  /** Lets the run come to rest, and compares it with the model. @throws where they differ */
  readonly end: (run: Run) => Promise<void>;
  /** Resolves when nothing is at work that ends by itself: only then the next step is taken. */
  readonly quiet: () => Promise<void>;
}

export interface ModelTest {
  readonly numRuns: number;
  /** Milliseconds that this many runs may take at the very most. */
  readonly timeout: number;
  /** @throws with seed, path and `replayPath` of the run that fails, made as short as it can be */
  holds(): Promise<void>;
  readonly planted: {
    readonly timeout: number;
    /** Whether some run fails, as it must while a fault is planted. */
    isFound(): Promise<boolean>;
  };
}

/** Enough for the rarest planted fault, by a wide margin. */
const plantedRuns = 400;
/** Whether a planted fault is found is no matter of luck. */
const fixedSeed = 20_261_122;

/** Milliseconds: no run takes so long but on a machine that does a dozen other things. */
const longest = (runs: number): number => 60_000 + runs * 10_000;

/**
 * Runs of real code in which a scheduler decides what happens next: 500, and 20,000 in `npm run test:deep`, which asks for
 * 5000. `CLOISTER_SEED`, `CLOISTER_PATH` and `CLOISTER_REPLAY` make the run again that a failure names.
 */
export const openModelTest = <Run extends object>({
  happenings,
  begin,
  end,
  quiet,
}: ModelTestParts<Run>): ModelTest => {
  const { CLOISTER_RUNS, CLOISTER_SEED, CLOISTER_PATH, CLOISTER_REPLAY } = process.env;
  const numRuns = CLOISTER_RUNS === undefined ? 500 : 4 * Number(CLOISTER_RUNS);
  // What decides whether a change lands is the same for everybody; `npm run test:deep` looks where nobody has looked yet.
  const usual = CLOISTER_RUNS === undefined ? fixedSeed : undefined;
  const seed = CLOISTER_SEED === undefined ? usual : Number(CLOISTER_SEED);
  /** Why no run could begin. */
  let broken: { readonly error: unknown } | null = null;
  const scheduler = () =>
    fc.scheduler({
      act: async (step) => {
        await step();
        await quiet();
      },
    });
  const property = (replayPath?: string) =>
    fc.asyncProperty(
      scheduler(),
      fc.commands([...happenings], {
        maxCommands: 24,
        size: 'max',
        ...(replayPath === undefined ? {} : { replayPath }),
      }),
      async (steps, commands) => {
        const run = await begin(steps).catch((error) => {
          broken = { error };
          throw error;
        });
        await fc.scheduledModelRun(steps, () => ({ model: {} as Started, real: run }), commands);
        await end(run);
      },
    );
  return {
    numRuns,
    timeout: longest(numRuns),
    holds: () =>
      fc.assert(property(CLOISTER_REPLAY), {
        numRuns,
        ...(seed === undefined ? {} : { seed }),
        ...(CLOISTER_PATH === undefined ? {} : { path: CLOISTER_PATH }),
      }),
    planted: {
      timeout: longest(plantedRuns),
      isFound: async () => {
        // That one fails is enough, and nobody reads how: it need not be made shorter.
        const { failed } = await fc.check(property(), {
          numRuns: plantedRuns,
          endOnFailure: true,
          seed: fixedSeed,
        });
        if (broken !== null) throw broken.error;
        return failed;
      },
    },
  };
};
