import { createHash } from 'node:crypto';
import type { FilesEntry, Progress } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather } from './sdk/gather.ts';
import { enter, type SdkPerson, until } from './sdk/sdk-person.ts';

let alice: SdkPerson;
let ben: SdkPerson;
let end: () => Promise<void>;
let id: RoomId;

beforeAll(async () => {
  ({ alice, ben, end } = await gather(['alice', 'ben']));
  id = await alice.client.rooms.create({ title: 'Files', people: [ben.id] });
  await enter(ben, id);
});
afterAll(() => end?.());

/** The same bytes for the same length, and no two blocks alike. */
const pattern = (length: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(length);
  for (let at = 0, state = 2463534242; at < length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const shared = (name: string): Promise<FilesEntry> =>
  until(
    ben.client,
    () =>
      ben.client
        .timeline(id)
        .entries.find(
          (entry): entry is FilesEntry =>
            entry.kind === 'files' &&
            entry.files.some((file) => file.name.state === 'open' && file.name.value === name),
        ),
    id,
  );

const mebi = 1024 * 1024;

it.each([
  ['nothing', 0],
  ['one byte', 1],
  ['1 MB', 1_000_000],
  ['the most there may be', 100 * mebi],
])('carries a file of %s so that the reader gets the same bytes (R285)', async (name, length) => {
  const bytes = pattern(length);
  const up: Progress[] = [];
  const down: Progress[] = [];
  const onUp = (progress: Progress) => void up.push(progress);
  const key = await alice.client.upload(id, [{ name, blob: new Blob([bytes]) }], { onProgress: onUp });
  await alice.client.sent(id, key);
  const [file] = (await shared(name)).files;
  if (file === undefined) throw new Error('no file');
  const blob = await ben.client.download(id, file, { onProgress: (progress) => void down.push(progress) });
  expect(sha256(new Uint8Array(await blob.arrayBuffer()))).toBe(sha256(bytes));
  if (length === 0) return;
  expect(up.at(-1)).toEqual({ done: length, total: length });
  expect(down.at(-1)).toEqual({ done: length, total: length });
});

it('refuses a file above the limit before it reads or sends anything', async () => {
  const blob = new Blob([new Uint8Array(100 * mebi + 1)]);
  const tooMuch = { name: 'too much', blob };
  await expect(alice.client.upload(id, [tooMuch])).rejects.toMatchObject({ code: 'core/too-large' });
  const failed = alice.client.timeline(id).entries.at(-1);
  expect(failed?.send).toMatchObject({ state: 'failed', failure: { code: 'core/too-large' } });
  await alice.client.discard(id, failed?.key ?? '');
  expect(alice.client.timeline(id).entries.every(({ send }) => send.state !== 'failed')).toBe(true);
});

it('shares several files with a message in one entry', async () => {
  const files = ['a.txt', 'b.txt'].map((name) => ({ name, blob: new Blob([name], { type: 'text/plain' }) }));
  const key = await alice.client.upload(id, files, { message: { text: 'both of them' } });
  await alice.client.sent(id, key);
  const entry = await shared('b.txt');
  expect(entry.content).toEqual({ state: 'open', value: { text: 'both of them' } });
  expect(entry.files.map(({ name, mimeType, size }) => [name, mimeType, size])).toEqual([
    [{ state: 'open', value: 'a.txt' }, 'text/plain', 5],
    [{ state: 'open', value: 'b.txt' }, 'text/plain', 5],
  ]);
});

it('stops an upload that is cancelled, and nothing is shared', async () => {
  const stop = new AbortController();
  const blob = new Blob([pattern(20 * mebi)]);
  const before = ben.client.timeline(id).entries.length;
  const upload = alice.client.upload(id, [{ name: 'cancelled', blob }], {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await expect(upload).rejects.toMatchObject({ code: 'client/cancelled' });
  expect(alice.client.timeline(id).entries.some(({ send }) => send.state !== 'sent')).toBe(false);
  expect(ben.client.timeline(id).entries.length).toBe(before);
});

it('takes a shared file back', async () => {
  const key = await alice.client.upload(id, [{ name: 'regretted', blob: new Blob(['x']) }]);
  const entry = await alice.client.sent(id, key);
  const [file] = (await shared('regretted')).files;
  if (entry.id === undefined || file === undefined) throw new Error('not stored');
  await alice.client.remove(id, entry.id);
  await until(
    ben.client,
    () => ben.client.timeline(id).entries.some((one) => one.id === entry.id && one.kind === 'deleted'),
    id,
  );
});
