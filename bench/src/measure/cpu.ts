import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks a second in /proc, which Linux fixes at 100 for user space. */
const ticks = 100;

/** CPU seconds (user and system) the processes have used so far, with all their descendants. */
export function cpuSeconds(pids: readonly number[]): number {
  const table = processTable();
  const wanted = new Set(pids);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, { parent }] of table) {
      if (wanted.has(parent) && !wanted.has(pid)) {
        wanted.add(pid);
        grown = true;
      }
    }
  }
  return [...wanted].reduce((sum, pid) => sum + (table.get(pid)?.cpu ?? 0), 0);
}

/** Resident bytes of one process. */
export function residentBytes(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m);
  return Number(line?.[1] ?? 0) * 1024;
}

function processTable(): Map<number, { parent: number; cpu: number }> {
  const table = new Map<number, { parent: number; cpu: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      table.set(Number(name), { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) / ticks });
    } catch {
      // The process ended while we looked.
    }
  }
  return table;
}
