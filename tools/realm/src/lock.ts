import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SetUpError } from '@cloister/postgres';
import type { RealmLayout } from './layout.ts';

/** The process that runs the realm in this folder, if one does. */
export const runningIn = ({ lock }: RealmLayout): number | undefined => {
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  return isRunning(holder) ? holder : undefined;
};

/** One process a realm. @throws SetUpError when another has it */
export const takeLock = (layout: RealmLayout): (() => void) => {
  const holder = runningIn(layout);
  if (holder !== undefined && holder !== process.pid) {
    throw new SetUpError(`the realm in ${layout.folder} is in use (process ${holder})`, 'stop that process first');
  }
  writeFileSync(layout.lock, String(process.pid), { mode: 0o600 });
  return () => rmSync(layout.lock, { force: true });
};

/** A process id may have been given to another program since the lock was written. */
const isRunning = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || /node|vitest/.test(readFileSync(commandLine, 'utf8'));
};
