import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CloisterError } from '@cloister/wire';
import { isRecord } from '../json.ts';
import { waitForLock } from './lock-file.ts';
import type { Collection, Json, Store } from './store.ts';

/**
 * A store in a folder: one file a record, mode 0600 in folders of mode 0700, replaced by rename so that a reader sees
 * the old record or the new one. File names are hashes, because keys hold URIs.
 */
export const fileStore = (folder: string): Store => {
  const folderOf = (collection: Collection) => join(folder, collection);
  const fileOf = (collection: Collection, key: string) =>
    join(folderOf(collection), `${createHash('sha256').update(key).digest('hex')}.json`);
  // Writes to one record must land in the order they were made.
  const queues = new Map<string, Promise<void>>();
  const inOrder = (file: string, work: () => Promise<void>): Promise<void> => {
    const next = (queues.get(file) ?? Promise.resolve()).catch(() => {}).then(work);
    queues.set(file, next);
    const done = () => void (queues.get(file) === next && queues.delete(file));
    next.then(done, done);
    return next.catch(failure);
  };
  return {
    read: async (collection, key) => (await readRecord(fileOf(collection, key)))?.value,
    readAll: async (collection) => {
      const names = await readdir(folderOf(collection)).catch(absent([]));
      const records = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => readRecord(join(folderOf(collection), name))),
      );
      return new Map(records.filter((record) => record !== undefined).map(({ key, value }) => [key, value]));
    },
    write: (collection, key, value) => {
      const file = fileOf(collection, key);
      const text = JSON.stringify({ key, value });
      return inOrder(file, async () => {
        await mkdir(folderOf(collection), { recursive: true, mode: 0o700 });
        await replace(file, text);
      });
    },
    remove: (collection, key) => {
      const file = fileOf(collection, key);
      return inOrder(file, () => rm(file, { force: true }));
    },
    exclusive: async (name, work) => {
      await mkdir(folder, { recursive: true, mode: 0o700 }).catch(failure);
      const lock = await waitForLock(join(folder, `${name}.lock`));
      try {
        return await work();
      } finally {
        await lock.release();
      }
    },
    clear: async () => {
      await Promise.allSettled(queues.values());
      const collections: Collection[] = ['session', 'device', 'keys', 'outbox', 'people', 'drafts'];
      await Promise.all(collections.map((name) => rm(folderOf(name), { recursive: true, force: true }))).catch(failure);
    },
    close: async () => {
      await Promise.allSettled(queues.values());
    },
  };
};

const failure = (cause: unknown): never => {
  throw new CloisterError('client/storage', { cause });
};

const absent =
  <T>(fallback: T) =>
  (cause: unknown): T => {
    if (isRecord(cause) && cause.code === 'ENOENT') return fallback;
    return failure(cause);
  };

const replace = async (file: string, text: string): Promise<void> => {
  const beside = `${file}.${randomUUID()}.tmp`;
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
};

/** A record nobody can read any more counts as absent: everything in a store can be made again. */
const readRecord = async (file: string): Promise<{ key: string; value: Json } | undefined> => {
  const text = await readFile(file, 'utf8').catch(absent(undefined));
  if (text === undefined) return undefined;
  try {
    const record: unknown = JSON.parse(text);
    if (!isRecord(record) || typeof record.key !== 'string') return undefined;
    return { key: record.key, value: record.value as Json };
  } catch {
    return undefined;
  }
};
