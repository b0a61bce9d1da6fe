import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CloisterError } from '@cloister/wire';
import { tryLock } from './lock-file.ts';

/** A folder that this process alone uses until it releases it. */
export interface ClaimedFolder {
  readonly folder: string;
  release(): Promise<void>;
}

const most = 256;

/**
 * Takes the first free of `<prefix>-0`, `<prefix>-1`, …: programs of one person that run side by side need a device
 * each, and the next one takes up where an ended one left.
 * @throws CloisterError `client/storage`
 */
export const claimFolder = async (prefix: string): Promise<ClaimedFolder> => {
  for (let slot = 0; slot < most; slot += 1) {
    const folder = `${prefix}-${slot}`;
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw new CloisterError('client/storage', { cause });
    });
    const lock = await tryLock(join(folder, 'in-use.lock'));
    if (lock !== undefined) return { folder, release: () => lock.release() };
  }
  throw new CloisterError('client/storage', { detail: 'every device folder is in use' });
};
