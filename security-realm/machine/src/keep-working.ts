import { CloisterError } from '@cloister/wire';
import { backoffMs } from './backoff-ms.ts';

export interface KeepWorkingOptions {
  /** One turn of work; rejects when there is none to be had now. */
  readonly turn: (stop: AbortSignal) => Promise<void>;
  readonly stop: AbortSignal;
  /** Waits, or less when the signal says so. */
  readonly pause: (ms: number, stop: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told how each turn went: null, or its fault. */
  readonly told: (fault: unknown) => void;
}

const ladder = { first: 1000, most: 60_000 };
/** An administrator who switches the function on wants to see it. */
const off = { first: 5000, most: 5000 };

/**
 * Takes turns until told to stop. After a fault it waits, longer each time; while the function is switched off it asks
 * again at an even pace.
 */
export async function keepWorking({ turn, stop, pause, random, told }: KeepWorkingOptions): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    try {
      await turn(stop);
      failures = 0;
      told(null);
    } catch (fault) {
      if (stop.aborted) return;
      told(fault);
      await pause(isOff(fault) ? backoffMs(off, 0, random()) : backoffMs(ladder, failures++, random()), stop);
    }
  }
}

/** The function is switched off, says identity, the core or the key server. */
export const isOff = (fault: unknown): boolean =>
  fault instanceof CloisterError && fault.code.endsWith('/function-off');
