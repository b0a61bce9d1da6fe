/** Does `work` `count` times, so many at once; gives the seconds it all took. */
export async function drive(
  count: number,
  parallel: number,
  work: () => Promise<unknown>,
): Promise<{ seconds: number }> {
  let left = count;
  const started = performance.now();
  const worker = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { seconds: (performance.now() - started) / 1000 };
}

/** Starts `work` `perSecond` times a second whether or not earlier ones are done; gives each one's latency in milliseconds. */
export async function pace(count: number, perSecond: number, work: () => Promise<unknown>): Promise<number[]> {
  const started = performance.now();
  const under = Array.from({ length: count }, async (_, index) => {
    const due = started + (index * 1000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    await work();
    // From when it was due: a server that falls behind is not forgiven the wait.
    return performance.now() - due;
  });
  return Promise.all(under);
}

/** Waits until it is done, and fails after a minute. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error('not everything was delivered within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
