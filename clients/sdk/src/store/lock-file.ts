import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { CloisterError } from '@cloister/wire';
import { isRecord } from '../json.ts';

/** A lock that a process holds as a file with its number inside; a dead process's file does not count. */
export interface LockFile {
  release(): Promise<void>;
}

/** Takes the lock, or `undefined` while a living process holds it. */
export const tryLock = async (path: string): Promise<LockFile | undefined> => {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (await create(path)) return { release: () => rm(path, { force: true }) };
    if (await isHeld(path)) return undefined;
    await rm(path, { force: true });
  }
  return undefined;
};

/** Takes the lock as soon as it is free. @throws CloisterError `client/storage` when that takes half a minute */
export const waitForLock = async (path: string): Promise<LockFile> => {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    await setTimeout(50);
  }
  throw new CloisterError('client/storage', { detail: 'another process holds the lock' });
};

const create = async (path: string): Promise<boolean> => {
  try {
    const handle = await open(path, 'wx', 0o600);
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (cause) {
    if (isRecord(cause) && cause.code === 'EEXIST') return false;
    throw new CloisterError('client/storage', { cause });
  }
};

const isHeld = async (path: string): Promise<boolean> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number(text);
  // An empty file is one whose owner has not written its number yet.
  if (text === '') return true;
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return isRecord(cause) && cause.code === 'EPERM';
  }
};
