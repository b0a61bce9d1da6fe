import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase, sql } from '@cloister/database';
import { type Activity, type KeyUri, newId, type RoomId, type Work } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealed } from '../testing/sealed.ts';
import type { TestClient } from '../testing/test-client.ts';
import { TestCore } from '../testing/test-core.ts';
import { pageOf, share, shareObject, TestMachine, uploaded } from '../testing/test-machine.ts';

let core: TestCore;
let db: Database;
let alice: TestClient;
let bob: TestClient;
let machine: TestMachine;
let other: TestMachine;
let roomId: RoomId;
let key: KeyUri;

beforeAll(async () => {
  core = await TestCore.start();
  db = openDatabase({ ...core.config.database, max: 1, name: 'test' });
  [alice, bob] = [await core.client(), await core.client()];
  machine = new TestMachine(core.socket, core.identity.machine(core.acme.organisationId, 'transcoding'));
  other = new TestMachine(core.socket, core.identity.machine(core.acme.organisationId, 'transcoding'));
  key = core.acme.newKey();
  roomId = (await alice.create(key, [bob.person.id])).body.id;
});
afterAll(async () => {
  await db.close();
  await core.end();
});
beforeEach(async () => {
  // Whatever the last test left waiting is dropped by the switch.
  await turn(false);
  await turn(true);
});

const turn = async (on: boolean) => {
  await core.identity.switch(core.acme.organisationId, 'transcoding', on);
  if (on) return;
  while ((await open()) > 0);
};
const open = async () => {
  const counting = sql<{ open: number }>`select count(*) as open from function_work where decided_at is null`;
  return (await db.one(counting)).open;
};
const onlyWork = async (): Promise<Work> => {
  const [work, ...more] = await machine.takeWork();
  if (work === undefined || more.length > 0) throw new RangeError(`${more.length} pieces of work beside ${work?.id}`);
  return work;
};
const shared = async (): Promise<{ entry: Activity; work: Work }> => {
  const { body: entry } = await share(alice, roomId, key);
  return { entry, work: await onlyWork() };
};
const head = async () => (await alice.room(roomId)).body.head ?? 0;
const onDisk = (url: string) => {
  const id = url.slice(url.lastIndexOf('/') + 1);
  return existsSync(join(core.folder, 'files', id.slice(0, 2), id));
};
const said = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body.code];

describe('work for a transcoder (R340)', () => {
  it('is written with each share, and with nothing else', async () => {
    await alice.post(roomId, key);
    const { body: first } = await share(alice, roomId, key);
    await share(alice, roomId, key, { parent: { id: first.id, type: 'edit' } });
    const { body: second } = await share(bob, roomId, key);
    const work = await machine.takeWork();
    expect(work.map(({ roomId: room, activityId }) => [room, activityId])).toEqual([
      [roomId, first.id],
      [roomId, second.id],
    ]);
    expect(await machine.takeWork()).toEqual([]);
  });

  it('is written once for a share that is sent twice', async () => {
    const clientTempId = newId();
    await share(alice, roomId, key, { clientTempId });
    await share(alice, roomId, key, { clientTempId });
    expect(await machine.takeWork()).toHaveLength(1);
  });

  it('is written with the first message of a room', async () => {
    const own = core.acme.newKey();
    const items = [{ verb: 'create' }, { verb: 'share', object: shareObject(), encryptionKeyUrl: own }];
    const { body } = await alice.create(own, [], { activities: { items } });
    expect((await onlyWork()).roomId).toBe(body.id);
  });

  it('is not written while the function is off, and what waits is dropped when it is switched off (R342)', async () => {
    await share(alice, roomId, key);
    await turn(false);
    await share(alice, roomId, key);
    await turn(true);
    expect(await machine.takeWork()).toEqual([]);
    const { body } = await share(alice, roomId, key);
    expect((await onlyWork()).activityId).toBe(body.id);
  });

  it('is dropped also when the function was switched off while the core was away', async () => {
    await share(alice, roomId, key);
    await core.kill();
    const off = core.identity.switch(core.acme.organisationId, 'transcoding', false);
    await core.start();
    await off;
    while ((await open()) > 0);
    await core.identity.switch(core.acme.organisationId, 'transcoding', true);
    expect(await machine.takeWork()).toEqual([]);
  });

  it('waits through a crash of the core', async () => {
    const { body } = await share(alice, roomId, key);
    await core.kill();
    await core.start();
    expect((await onlyWork()).activityId).toBe(body.id);
  });

  it('is given out oldest first, ten at a time, each piece to one machine', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 12; index++) ids.push((await share(alice, roomId, key)).body.id);
    const taken = [await machine.takeWork(), await other.takeWork()];
    expect(taken.map((work) => work.map(({ activityId }) => activityId))).toEqual([ids.slice(0, 10), ids.slice(10)]);
  });

  it('is given out by as many as are asked for, so that none waits under its lease', async () => {
    for (let index = 0; index < 3; index++) await share(alice, roomId, key);
    const take = async (limit: number) => {
      const { body } = await machine.ask<{ items: readonly Work[] }>(`/functions/v1/work?limit=${limit}`);
      return body.items.length;
    };
    expect([await take(1), await take(11), await take(1)]).toEqual([1, 2, 0]);
  });

  it('comes to a machine that waits, as soon as it is there', async () => {
    const waiting = machine.takeWork(20);
    const { body } = await share(alice, roomId, key);
    expect((await waiting).map(({ activityId }) => activityId)).toEqual([body.id]);
  });

  it('is refused to a machine that waits when the function is switched off (R342)', async () => {
    const waiting = machine.ask('/functions/v1/work?wait=20');
    await alice.room(roomId);
    await turn(false);
    expect(said(await waiting)).toEqual([403, 'core/function-off']);
  });
});

describe('pages of a share', () => {
  it('are appended by the machine, gapless, and told to members, who may open them and nobody else', async () => {
    const { entry, work } = await shared();
    const events = await bob.connect();
    const bytes = Buffer.from('a page, sealed');
    const page = await machine.uploadPage(roomId, bytes);
    expect((await bob.ask(page.url)).status).toBe(404);
    const before = await head();
    expect((await machine.finish(work.id, machine.done(entry, [page]))).status).toBe(204);
    await events.until(() => events.activities.length === 1);
    const [told] = events.activities;
    expect(told).toMatchObject({
      verb: 'update',
      actor: { id: machine.person.id },
      parent: { id: entry.id, type: 'transcode' },
      position: before + 1,
      encryptionKeyUrl: key,
    });
    expect(told?.receipt).toBeUndefined();
    const files = (entry.object as { files: { items: object[] } }).files.items;
    const transcodedCollection = { items: [{ objectType: 'transcodedContent', files: { items: [page] } }] };
    expect(told?.object).toEqual({ ...entry.object, files: { items: [{ ...files[0], transcodedCollection }] } });
    expect(await alice.history(roomId, `?after=${before}`)).toEqual([told]);
    expect((await bob.ask(page.url)).bytes.equals(bytes)).toBe(true);
    expect((await (await core.client()).ask(page.url)).status).toBe(404);
    events.ws.terminate();
  });

  it('are appended once, however often the machine says so', async () => {
    const { entry, work } = await shared();
    const result = machine.done(entry, [await machine.uploadPage(roomId)]);
    const before = await head();
    const answers = await Promise.all(Array.from({ length: 5 }, () => machine.finish(work.id, result)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
    expect(await head()).toBe(before + 1);
    expect(said(await machine.finish(work.id, { state: 'nothing' }))).toEqual([409, 'core/lease-lost']);
  });

  it('come under the share’s key also when that is stale by now', async () => {
    const own = core.acme.newKey();
    const room = (await alice.create(own, [bob.person.id])).body.id;
    const { body: entry } = await share(alice, room, own);
    const work = await onlyWork();
    expect((await alice.leave(room, bob.person.id)).status).toBe(200);
    const page = await machine.uploadPage(room);
    expect((await machine.finish(work.id, machine.done(entry, [page]))).status).toBe(204);
    expect((await alice.history(room)).at(-1)).toMatchObject({ verb: 'update', encryptionKeyUrl: own });
  });

  it('are nothing new: who had read everything has, and the room keeps its place', async () => {
    const { entry, work } = await shared();
    const mark = { verb: 'acknowledge', object: { objectType: 'activity', id: entry.id } };
    expect((await bob.write(roomId, mark)).status).toBe(200);
    const { lastReadableActivityDate } = (await bob.room(roomId)).body;
    expect((await machine.finish(work.id, machine.done(entry, [await machine.uploadPage(roomId)]))).status).toBe(204);
    const [read, unread] = [(await bob.room(roomId)).body, (await alice.room(roomId)).body];
    expect(read.readPosition).toBe(read.head);
    expect(unread.readPosition).toBeLessThan(unread.head ?? 0);
    expect(read.lastReadableActivityDate).toBe(lastReadableActivityDate);
  });

  it('of a share deleted meanwhile are dropped, with what was uploaded', async () => {
    const { entry, work } = await shared();
    const page = await machine.uploadPage(roomId);
    await alice.write(roomId, { verb: 'delete', object: { objectType: 'activity', id: entry.id } });
    const before = await head();
    expect(onDisk(page.url)).toBe(true);
    expect((await machine.finish(work.id, machine.done(entry, [page]))).status).toBe(204);
    expect(onDisk(page.url)).toBe(false);
    expect(await head()).toBe(before);
  });

  it('go with their share when it is deleted later', async () => {
    const { entry, work } = await shared();
    const page = await machine.uploadPage(roomId);
    await machine.finish(work.id, machine.done(entry, [page]));
    const pages = (await alice.history(roomId)).at(-1);
    await alice.write(roomId, { verb: 'delete', object: { objectType: 'activity', id: entry.id } });
    expect(onDisk(page.url)).toBe(false);
    expect((await bob.ask(page.url)).status).toBe(404);
    const left = (await alice.history(roomId)).filter(({ id }) => id === pages?.id || id === entry.id);
    expect(left.map(({ object }) => object?.files)).toEqual([{ items: [] }, { items: [] }]);
    expect(JSON.stringify(left)).not.toContain(page.scr);
  });
});

describe('a result that is not right changes nothing', () => {
  const refused = async (make: (entry: Activity) => Promise<object> | object, code: string) => {
    const { entry, work } = await shared();
    const result = await make(entry);
    const before = await head();
    expect((await machine.finish(work.id, result)).body.code).toBe(code);
    expect(await head()).toBe(before);
    // The work is still the machine's, to be answered rightly.
    expect((await machine.finish(work.id, { state: 'nothing' })).status).toBe(204);
  };
  const invalid = 'core/invalid-request';

  it('with a file that a person uploaded', () =>
    refused(async (entry) => {
      const { url, size } = await uploaded(alice, roomId, Buffer.from('x'));
      return machine.done(entry, [pageOf(url, size)]);
    }, invalid));

  it('with a page that another machine uploaded', () =>
    refused(async (entry) => machine.done(entry, [await other.uploadPage(roomId)]), invalid));

  it('with a page that went to another room', () =>
    refused(async (entry) => {
      const room = (await alice.create(core.acme.newKey(), [])).body.id;
      return machine.done(entry, [await machine.uploadPage(room)]);
    }, invalid));

  it('with a page that is not there', () =>
    refused((entry) => machine.done(entry, [pageOf(`http://localhost:8443/files/v1/files/${newId()}`, 1)]), invalid));

  it('with an address that is none', () =>
    refused((entry) => machine.done(entry, [pageOf('https://elsewhere.example/page.png', 1)]), invalid));

  it('with a page of another size than was uploaded', () =>
    refused(async (entry) => {
      const page = await machine.uploadPage(roomId);
      return machine.done(entry, [{ ...page, fileSize: page.fileSize + 1 }]);
    }, invalid));

  it('with the same page twice', () =>
    refused(async (entry) => {
      const page = await machine.uploadPage(roomId);
      return machine.done(entry, [page, page]);
    }, invalid));

  it('with a page that another result has', () =>
    refused(async (entry) => {
      const page = await machine.uploadPage(roomId);
      const first = await shared();
      expect((await machine.finish(first.work.id, machine.done(first.entry, [page]))).status).toBe(204);
      return machine.done(entry, [page]);
    }, invalid));

  it('for a share of another room', () =>
    refused(async () => {
      const own = core.acme.newKey();
      const room = (await alice.create(own, [])).body.id;
      const { body: elsewhere } = await share(alice, room, own);
      const foreign = await onlyWork();
      await machine.finish(foreign.id, { state: 'nothing' });
      const page = await machine.uploadPage(roomId);
      return machine.done({ ...elsewhere, encryptionKeyUrl: key }, [page]);
    }, invalid));

  it('under another key than the share’s', () =>
    refused(async (entry) => {
      const page = await machine.uploadPage(roomId);
      return machine.done({ ...entry, encryptionKeyUrl: core.acme.newKey() }, [page]);
    }, 'core/key-unknown'));

  it('with a page in the clear (R287)', () =>
    refused(async (entry) => {
      const page = await machine.uploadPage(roomId);
      return machine.done(entry, [{ ...page, scr: 'in the clear' }]);
    }, 'wire/invalid-message'));

  it('by a machine of another organisation', async () => {
    const { work } = await shared();
    const globex = core.globex.organisationId;
    const stranger = new TestMachine(core.socket, core.identity.machine(globex, 'transcoding'));
    await core.identity.switch(globex, 'transcoding', true);
    expect((await stranger.finish(work.id, { state: 'nothing' })).status).toBe(404);
    expect((await machine.finish(work.id, { state: 'nothing' })).status).toBe(204);
  });
});

it('a person cannot pretend to be a transcoder', async () => {
  const { body: entry } = await share(alice, roomId, key);
  const { url, size } = await uploaded(bob, roomId, Buffer.from('x'));
  const forged = { ...entry, ...(machine.done(entry, [pageOf(url, size)]) as { object: object }) };
  const parent = { id: entry.id, type: 'transcode' };
  const update = await bob.write(roomId, { verb: 'update', object: forged.object, parent, encryptionKeyUrl: key });
  expect(update.status).toBe(400);
  // What they may send, with this parent too, stays theirs when the share goes.
  const said = {
    verb: 'post',
    object: { objectType: 'comment', displayName: sealed() },
    parent,
    encryptionKeyUrl: key,
  };
  const { body: post } = await bob.write(roomId, said);
  await alice.write(roomId, { verb: 'delete', object: { objectType: 'activity', id: entry.id } });
  const left = (await alice.history(roomId)).find(({ id }) => id === post.id);
  expect(left?.object?.displayName).toBe(said.object.displayName);
});
