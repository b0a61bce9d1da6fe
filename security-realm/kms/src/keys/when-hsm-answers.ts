import { CloisterError } from '@cloister/wire';

/** How `whenHsmAnswers` waits. */
export type Patience = { readonly attempts: number; readonly pause: () => Promise<void> };

/** All servers of a realm are started together: the hsm may come up a moment later than those that need it. */
export const whenHsmAnswers = async <T>(work: () => Promise<T>, { attempts, pause }: Patience): Promise<T> => {
  for (let left = attempts; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left <= 1 || !(error instanceof CloisterError) || error.code !== 'hsm/unavailable') throw error;
      await pause();
    }
  }
};
