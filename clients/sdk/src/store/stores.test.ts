import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, ben } from '../testing/log.ts';
import { claimFolder } from './claim-folder.ts';
import { fileStore } from './file-store.ts';
import { tryLock, waitForLock } from './lock-file.ts';
import { memoryStore } from './memory-store.ts';
import { recordSealer } from './record-sealer.ts';
import type { Json, Store } from './store.ts';
import { claimStore } from './store-owner.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-sdk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
let count = 0;
const fresh = () => {
  count += 1;
  return join(folder, `store-${count}`);
};

describe.each<[string, () => Store]>([
  ['memory', memoryStore],
  ['files', () => fileStore(fresh())],
])('a store in %s', (_name, open) => {
  it('gives back what was written last, and forgets what was removed', async () => {
    const store = open();
    const action = fc.record({
      key: fc.constantFrom('a', 'b/c', 'kms://host/keys/1', ''),
      value: fc.option(fc.jsonValue() as fc.Arbitrary<Json>, { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (actions) => {
        await store.clear();
        const model = new Map<string, Json>();
        for (const { key, value } of actions) {
          if (value === undefined) await store.remove('keys', key);
          else await store.write('keys', key, value);
          if (value === undefined) model.delete(key);
          else model.set(key, value);
        }
        const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
        // By key alone: a value with a member called toString cannot be compared as text.
        const byKey = (entries: Iterable<[string, unknown]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(json(byKey(await store.readAll('keys')))).toEqual(json(byKey(model)));
        for (const [key, value] of model) expect(json(await store.read('keys', key))).toEqual(json(value));
        expect(await store.read('outbox', 'a')).toBeUndefined();
      }),
      { numRuns: Math.min(numRuns, 40) },
    );
  });

  it('lands writes to one record in the order they were made', async () => {
    const store = open();
    await Promise.all(Array.from({ length: 20 }, (_, n) => store.write('outbox', 'one', n)));
    expect(await store.read('outbox', 'one')).toBe(19);
  });

  it('shares no object with whoever wrote it', async () => {
    const store = open();
    const value = { list: [1] };
    await store.write('device', 'x', value);
    value.list.push(2);
    expect(await store.read('device', 'x')).toEqual({ list: [1] });
  });

  it('leaves nothing of one person to the next', async () => {
    const store = open();
    await claimStore(store, alice);
    await store.write('keys', 'k', 'secret');
    await claimStore(store, alice);
    expect(await store.read('keys', 'k')).toBe('secret');
    await claimStore(store, ben);
    expect(await store.read('keys', 'k')).toBeUndefined();
  });
});

it('keeps files readable by their owner alone, under names that say nothing', async () => {
  const place = fresh();
  await fileStore(place).write('keys', 'key/kms://kms.acme.example/keys/1', 'secret');
  const [name] = await readdir(join(place, 'keys'));
  const file = join(place, 'keys', name ?? '');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(place, 'keys'))).mode & 0o777).toBe(0o700);
  expect(name).toMatch(/^[0-9a-f]{64}\.json$/);
});

it('takes a record nobody can read for absent', async () => {
  const place = fresh();
  const store = fileStore(place);
  await store.write('keys', 'a', 1);
  const [name] = await readdir(join(place, 'keys'));
  await writeFile(join(place, 'keys', name ?? ''), '{"key":"a"');
  expect(await store.read('keys', 'a')).toBeUndefined();
  expect((await store.readAll('keys')).size).toBe(0);
});

it('runs one at a time what two stores on one folder call exclusive', async () => {
  const place = fresh();
  let running = 0;
  let peak = 0;
  const work = async () => {
    running += 1;
    peak = Math.max(peak, running);
    await readdir(place);
    running -= 1;
  };
  await Promise.all([fileStore(place), fileStore(place), fileStore(place)].map((store) => store.exclusive('x', work)));
  expect(peak).toBe(1);
});

it('takes over the lock of a process that is gone, and no other', async () => {
  const path = join(folder, 'lock');
  await writeFile(path, '999999999');
  const lock = await tryLock(path);
  expect(lock).toBeDefined();
  expect(await readFile(path, 'utf8')).toBe(String(process.pid));
  expect(await tryLock(path)).toBeUndefined();
  await lock?.release();
  const again = await waitForLock(path);
  await again.release();
});

it('gives programs that run side by side a folder each, and the first again when it is free', async () => {
  const prefix = join(folder, 'device');
  const first = await claimFolder(prefix);
  const second = await claimFolder(prefix);
  expect([first.folder, second.folder]).toEqual([`${prefix}-0`, `${prefix}-1`]);
  await first.release();
  expect((await claimFolder(prefix)).folder).toBe(`${prefix}-0`);
});

it('seals records so that one moved elsewhere or changed does not open', async () => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const sealer = recordSealer(key);
  const record = { slot: 0, key: 'k', value: 'secret' };
  const sealed = await sealer.seal('keys', record);
  expect(await sealer.open('keys', sealed)).toEqual(record);
  expect(await sealer.open('outbox', sealed)).toBeUndefined();
  const changed = new Uint8Array(sealed.sealed.slice(0));
  changed[0] = (changed[0] ?? 0) ^ 1;
  expect(await sealer.open('keys', { iv: sealed.iv, sealed: changed.buffer })).toBeUndefined();
  expect(Buffer.from(sealed.sealed).includes('secret')).toBe(false);
  expect(await sealer.nameOf('keys', 0, 'k')).not.toBe(await sealer.nameOf('keys', 1, 'k'));
});
