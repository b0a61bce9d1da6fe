/** Does `work` `count` times, so many at once; gives each one's latency in milliseconds, and the seconds it all took. */
export async function drive(count: number, parallel: number, work: () => Promise<unknown>) {
  const latencies: number[] = [];
  let left = count;
  const started = performance.now();
  const worker = async () => {
    while (left-- > 0) {
      const from = performance.now();
      await work();
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { latencies, seconds: (performance.now() - started) / 1000 };
}

/** Waits until it is done, and fails after a minute. */
export async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!done()) {
    if (Date.now() > deadline) throw new Error('not everything was delivered within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
