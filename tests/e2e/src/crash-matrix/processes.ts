import { readdirSync, readFileSync } from 'node:fs';

/** State and parent of a process, from the kernel (Linux proc(5)); undefined when it is gone. */
const statOf = (pid: number): { state: string; parent: number } | undefined => {
  try {
    // The name in parentheses may hold anything, so what follows the last one counts.
    const [state = '', parent = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
};

export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((each) => Number.isInteger(each) && statOf(each)?.parent === pid);

/** Resolves when the kernel has stopped the processes: a signal is delivered when it is, not when it is sent. */
export const untilStopped = async (pids: readonly number[]): Promise<void> => {
  while (!pids.every((pid) => ['T', undefined].includes(statOf(pid)?.state))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
};
