/**
 * Runs `work`; whoever asks while it runs gets one more run after it, since what they ask for may be what it has read past
 * already. Resolves when no run is left to do.
 */
export const oneMore = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    again = true;
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
};
