import { cpuBetween, cpuOf } from './cpu.ts';

/** CPU microseconds an operation that each named process spends while `count` operations of `work` run. */
export async function spent(
  pids: Readonly<Record<string, number>>,
  count: number,
  work: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const before = Object.entries(pids).map(([name, pid]) => ({ name, pid, times: cpuOf(pid) }));
  await work();
  return Object.fromEntries(
    before.map(({ name, pid, times }) => [name, (cpuBetween(times, cpuOf(pid)) / count) * 1e6]),
  );
}

/** CPU microseconds an operation that this process spends. */
export async function spentHere(count: number, work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / count;
}

export const total = (each: Readonly<Record<string, number>>): number =>
  Object.values(each).reduce((sum, value) => sum + value, 0);
