import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isSupervisor } from '@cloister/evaluation';
import { SetUpError } from '@cloister/postgres';
import type { RealmLayout } from './layout.ts';

/** The process that runs the realm in this folder, if one does. */
export const runningIn = ({ lock }: RealmLayout): number | undefined => {
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  return isSupervisor(holder) ? holder : undefined;
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
