/** Runs all until one fails or the signal says so, then has the others stop; throws the first fault. */
export const together = async (
  stop: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> => {
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  const faults: unknown[] = [];
  await Promise.all(
    works.map(async (work) => {
      try {
        await work(signal);
      } catch (fault) {
        faults.push(fault);
      } finally {
        over.abort();
      }
    }),
  );
  if (faults.length > 0) throw faults[0];
};
