import { type Administration, type MachineClient, openAdministration } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId, Work } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather } from './sdk/gather.ts';
import { sdkMachine } from './sdk/sdk-machine.ts';
import { enter, type SdkPerson, until } from './sdk/sdk-person.ts';
import { fileNamed, shareFiles } from './sdk/shared-files.ts';

// Machine accounts against every real server: what a transcoder does, with pages that a test made.
let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let end: () => Promise<void>;
let hub: Administration;
let machine: MachineClient;
let id: RoomId;

beforeAll(async () => {
  ({ all, alice, ben, end } = await gather(['alice', 'ben']));
  // The deployment's own transcoder would take the work.
  if (all.deployment.pid('acme-transcoder') !== undefined) await all.deployment.kill('acme-transcoder');
  hub = openAdministration(alice.session);
  id = await alice.client.rooms.create({ title: 'Documents', people: [ben.id] });
  await enter(ben, id);
  await turn(true);
  machine = await sdkMachine(all, alice, 'transcoding');
});
afterAll(async () => {
  await machine?.close();
  await end?.();
});

const turn = (on: boolean) => hub.setFunction('transcoding', on);

const shared = (name: string, text: string) =>
  shareFiles(alice, id, { [name]: text }, 'application/vnd.oasis.opendocument.text');
/** Servers hear of a switch by their feeds. */
const eventually = async <T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
  }
};
const oneWork = async (): Promise<Work> => {
  const take = () => machine.takeWork({ wait: 5 }).catch(() => []);
  const [work] = await eventually(take, (items) => items.length > 0);
  if (work === undefined) throw new Error('no work');
  return work;
};
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'allowed',
    (cause: { code?: string }) => cause.code ?? 'unknown',
  );
const fileOf = (name: string) => fileNamed(ben, id, name);
const textIn = async (blob: Blob) => new TextDecoder().decode(await blob.arrayBuffer());

it('shows members the pages a machine made, sealed for the room, without a line or a mark of their own (R340, R341)', async () => {
  await shared('report.odt', 'the report');
  const work = await oneWork();
  const share = await machine.share(work);
  const [file] = share?.files ?? [];
  if (share === undefined || file === undefined) throw new Error('no share');
  const key = await machine.contentKey(share);
  expect(new TextDecoder().decode(await machine.download(key, file))).toBe('the report');
  await until(ben.client, () => fileOf('report.odt') !== undefined, id);
  await ben.client.rooms.markRead(id);
  const before = ben.client.timeline(id).entries.length;
  const pages = [];
  for (const said of ['page one', 'page two']) {
    const png = new TextEncoder().encode(said);
    pages.push(await machine.upload(share, key, { png, width: 800, height: 600 }));
  }
  await machine.finish(work, { state: 'done', share, pages: new Map([[0, pages]]) });
  const shown = await until(ben.client, () => fileOf('report.odt')?.pages, id);
  expect(shown.map(({ index, width, height }) => [index, width, height])).toEqual([
    [0, 800, 600],
    [1, 800, 600],
  ]);
  expect(await Promise.all(shown.map(async (page) => textIn(await ben.client.download(id, page.file))))).toEqual([
    'page one',
    'page two',
  ]);
  expect(ben.client.timeline(id).entries.length).toBe(before);
  expect(ben.client.snapshot().rooms.find((room) => room.id === id)?.unread).toBe(0);
  const readers = await ben.client.rooms.whoCanRead(id);
  expect([readers.people.length, readers.unexplained]).toEqual([2, []]);
});

it('refuses the next key and everything else from the moment the function is off (R342)', async () => {
  await shared('before.odt', 'before');
  const share = await machine.share(await oneWork());
  if (share === undefined) throw new Error('no share');
  await turn(false);
  const key = await eventually(
    () => codeOf(machine.contentKey(share)),
    (code) => code !== 'allowed',
  );
  expect(key).toMatch(/\/function-off$/);
  const room = await eventually(
    () => codeOf(machine.share({ id: share.id as string as Work['id'], roomId: id, activityId: share.id })),
    (code) => code !== 'allowed',
  );
  expect(room).toMatch(/\/function-off$/);
  await shared('while off.odt', 'nobody looks');
  await until(ben.client, () => fileOf('while off.odt') !== undefined, id);
  await turn(true);
  await shared('after.odt', 'after');
  const again = await machine.share(await oneWork());
  expect(again?.files.length).toBe(1);
  const file = again?.files[0];
  if (again === undefined || file === undefined) throw new Error('no share');
  expect(new TextDecoder().decode(await machine.download(await machine.contentKey(again), file))).toBe('after');
  expect(fileOf('while off.odt')?.pages).toBeUndefined();
});

it('gives a machine of another purpose no work and no place to upload (R097)', async () => {
  await hub.setFunction('indexing', true);
  const indexer = await sdkMachine(all, alice, 'indexing');
  try {
    const refused = await eventually(
      () => codeOf(indexer.takeWork({ wait: 0 })),
      (code) => code !== 'core/function-off' && code !== 'core/unauthenticated',
    );
    expect(refused).toBe('core/not-for-machines');
  } finally {
    await indexer.close();
  }
});
