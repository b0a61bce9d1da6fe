import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds of every thread of a family of processes, by process and thread. */
export type CpuTimes = ReadonlyMap<string, number>;

/** CPU that a process and all its descendants have used so far, as exact as the scheduler knows it. */
export function cpuOf(pid: number): CpuTimes {
  const times = new Map<string, number>();
  for (const member of familyOf(pid)) {
    for (const thread of list(`/proc/${member}/task`)) {
      const text = read(`/proc/${member}/task/${thread}/schedstat`);
      // The first number is the time spent on a CPU, in nanoseconds.
      if (text !== undefined) times.set(`${member}/${thread}`, Number(text.split(' ')[0]) / 1e9);
    }
  }
  return times;
}

/** CPU seconds between two readings: what began in between counts whole, what ended not at all. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): number {
  return [...after].reduce((sum, [thread, seconds]) => sum + seconds - (before.get(thread) ?? 0), 0);
}

/** Resident bytes of one process. */
export function residentBytes(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m);
  return Number(line?.[1] ?? 0) * 1024;
}

function familyOf(root: number): Set<number> {
  const parents = new Map<number, number>();
  for (const name of list('/proc').filter((each) => /^\d+$/.test(each))) {
    const text = read(`/proc/${name}/stat`);
    if (text !== undefined) parents.set(Number(name), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const family = new Set([root]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return family;
}

/** Processes and threads end while we look. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
