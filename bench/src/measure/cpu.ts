import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks a second in /proc, which Linux fixes at 100 for user space. */
const ticks = 100;

/** CPU seconds (user and system) that each named process has used so far, with all its descendants. */
export function cpuOf<Name extends string>(pids: Readonly<Record<Name, number>>): Record<Name, number> {
  const table = processTable();
  const entries = Object.entries<number>(pids).map(([name, pid]) => [name, familyOf(pid, table)]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

/** The same of one process. */
export function cpuSeconds(pid: number): number {
  return cpuOf({ it: pid }).it;
}

/** Resident bytes of one process. */
export function residentBytes(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m);
  return Number(line?.[1] ?? 0) * 1024;
}

type Table = ReadonlyMap<number, { parent: number; cpu: number }>;

function familyOf(root: number, table: Table): number {
  const family = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, { parent }] of table) {
      if (family.has(parent) && !family.has(pid)) {
        family.add(pid);
        grown = true;
      }
    }
  }
  return [...family].reduce((sum, pid) => sum + (table.get(pid)?.cpu ?? 0), 0);
}

function processTable(): Table {
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
