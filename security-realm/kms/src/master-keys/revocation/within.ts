import { CloisterError } from '@cloister/wire';
import { startTimer as byTheMachine, type StartTimer } from './start-timer.ts';

/**
 * The work's result, or `kms/timeout` when it takes longer. The work goes on: what it does late must do no harm.
 * @throws CloisterError
 */
export const within = async <T>(ms: number, work: Promise<T>, startTimer: StartTimer = byTheMachine): Promise<T> => {
  let stop: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    stop = startTimer(ms, () => reject(new CloisterError('kms/timeout')));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop?.();
  }
};
