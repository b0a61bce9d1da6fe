import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetUpError } from '@cloister/postgres';
import type { Layout } from './layout.ts';

/** One deployment a data folder. @throws SetUpError when another runs. */
export function takeLock(layout: Layout): () => void {
  const file = join(layout.data, 'lock');
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (holder !== process.pid && isSupervisor(holder)) {
    throw new SetUpError(
      `a deployment already runs on ${layout.data} (process ${holder})`,
      `stop it first, or choose another folder with --data`,
    );
  }
  writeFileSync(file, String(process.pid), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** A process id may have been given to another program since the lock was written. */
export function isSupervisor(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || /node|vitest/.test(readFileSync(commandLine, 'utf8'));
}
