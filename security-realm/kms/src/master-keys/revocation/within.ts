import { CloisterError } from '@cloister/wire';

/**
 * The work's result, or `kms/timeout` when it takes longer. The work goes on: what it does late must do no harm.
 * @throws CloisterError
 */
export const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CloisterError('kms/timeout')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
