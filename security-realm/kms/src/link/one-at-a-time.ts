/**
 * Calls of `work` one after the other: asked for while it runs, it runs once more afterwards, however often it was asked.
 * Resolves with the run that began after the asking. `work` must not throw.
 */
export const oneAtATime = (work: () => Promise<void>): (() => Promise<void>) => {
  let running = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    next ??= running.then(() => {
      next = null;
      running = work();
      return running;
    });
    return next;
  };
};
