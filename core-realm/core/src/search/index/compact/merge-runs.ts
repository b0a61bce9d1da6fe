import { turn } from '../turn.ts';
import type { Run } from './run.ts';

/** How many entries are merged before others have their turn. */
const together = 4096;

/**
 * Gives the postings of all runs in order of token and position, without those of `dead` documents.
 * @param runs oldest documents first, so that of one token a run's positions follow those of the run before
 * @returns how many were left out
 */
export const mergeRuns = async (
  runs: readonly Run[],
  dead: ReadonlySet<number>,
  give: (high: number, low: number, position: number) => void | Promise<void>,
): Promise<number> => {
  for (const run of runs) await run.next();
  let open = runs.filter(({ isOver }) => !isOver);
  let dropped = 0;
  for (let merged = 1; open.length > 0; merged += 1) {
    const { high, low } = lowest(open);
    for (const run of open) {
      // A long list goes on in the next entry.
      while (!run.isOver && run.high === high && run.low === low) {
        for (const position of run.positions) {
          if (dead.has(position)) dropped += 1;
          else {
            const written = give(high, low, position);
            if (written !== undefined) await written;
          }
        }
        const read = run.next();
        if (read !== undefined) await read;
      }
    }
    if (open.some(({ isOver }) => isOver)) open = open.filter(({ isOver }) => !isOver);
    if (merged % together === 0) await turn();
  }
  return dropped;
};

const lowest = (runs: readonly Run[]): Run =>
  runs.reduce((least, run) =>
    run.high < least.high || (run.high === least.high && run.low < least.low) ? run : least,
  );
