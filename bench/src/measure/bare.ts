/** CPU microseconds an iteration of `work` costs this process, after a warm-up. */
export async function bareCost(iterations: number, work: (index: number) => unknown): Promise<number> {
  for (let index = 0; index < Math.ceil(iterations / 10); index++) await work(index);
  const before = process.cpuUsage();
  for (let index = 0; index < iterations; index++) await work(index);
  const used = process.cpuUsage(before);
  return (used.user + used.system) / iterations;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
