import { type KeyUri, type Purpose, purposes, type RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../testing/test-client.ts';
import { TestCore } from '../testing/test-core.ts';
import { share, shareObject, TestMachine, uploaded } from '../testing/test-machine.ts';

let core: TestCore;
let alice: TestClient;
let gina: TestClient;
let roomId: RoomId;
let key: KeyUri;
let fileUrl: string;
let shareId: string;

const base = '/conversation/api/v1/conversations';
const globexMachine = async (purpose: Purpose): Promise<TestMachine> => {
  const made = new TestMachine(core.socket, core.identity.machine(core.globex.organisationId, purpose));
  await core.identity.settled();
  return made;
};

beforeAll(async () => {
  core = await TestCore.start();
  alice = await core.client();
  gina = await core.client(core.identity.person(core.globex.organisationId));
  ({ roomId, key } = await core.room(alice, [gina]));
  fileUrl = (await uploaded(alice, roomId, Buffer.from('ciphertext'))).url;
  shareId = (await share(alice, roomId, key, { object: shareObject(fileUrl) })).body.id;
  for (const purpose of purposes) await core.identity.switch(core.globex.organisationId, purpose, true);
});
afterAll(() => core.end());

/** What a machine gets of the room, an entry of it and a file in it. */
const statusesOf = async (machine: TestMachine) => {
  const paths = [`${base}/${roomId}`, `${base}/${roomId}/activities`, `${base}/${roomId}/activities/${shareId}`];
  return Promise.all([...paths, fileUrl].map(async (path) => (await machine.ask(path)).status));
};

describe('a room of another organisation with one of one’s own people in it', () => {
  it('is read by the machines of indexing, its files too (R391)', async () => {
    const indexer = await globexMachine('indexing');
    expect(await statusesOf(indexer)).toEqual([200, 200, 200, 200]);
    expect((await indexer.room(roomId)).body).toMatchObject({ id: roomId, participants: { items: [] } });
    expect((await indexer.history(roomId)).at(-1)?.id).toBe(shareId);
  });

  it.each(purposes.filter((purpose) => purpose !== 'indexing').map((purpose) => [purpose]))(
    'is not there for machines of %s',
    async (purpose) => {
      expect(await statusesOf(await globexMachine(purpose))).toEqual([404, 404, 404, 404]);
    },
  );

  it('is not there without the person: another room of theirs is not', async () => {
    const indexer = await globexMachine('indexing');
    const own = await core.room(alice);
    expect((await indexer.room(own.roomId)).status).toBe(404);
    expect((await indexer.ask(`${base}/${own.roomId}/activities`)).status).toBe(404);
  });

  it('ends where its last person is being removed, and is gone once they are', async () => {
    const indexer = await globexMachine('indexing');
    const before = (await indexer.history(roomId)).length;
    core.acme.behaviour = 'silent';
    const removal = alice.leave(roomId, gina.person.id).catch(() => undefined);
    await core.acme.until((frame) => frame.type === 'operation' && frame.kind === 'remove');
    const kept = await alice.post(roomId, key).catch(() => undefined);
    expect(kept?.status).toBe(200);
    expect((await alice.history(roomId)).length).toBe(before + 1);
    expect((await indexer.history(roomId)).length).toBe(before);
    expect((await indexer.ask(`${base}/${roomId}/activities/${kept?.body.id}`)).status).toBe(404);
    expect((await indexer.ask(fileUrl)).status).toBe(404);
    await core.kill();
    await removal;
    core.acme.behaviour = 'apply';
    await core.start();
    // The key server never saw the removal: it is closed as refused, and everything is there again.
    while (((await alice.room(roomId)).body.pending ?? []).length > 0);
    expect((await indexer.history(roomId)).length).toBe(before + 1);
    expect((await alice.leave(roomId, gina.person.id)).status).toBe(200);
    expect(await statusesOf(indexer)).toEqual([404, 404, 404, 404]);
  });
});
