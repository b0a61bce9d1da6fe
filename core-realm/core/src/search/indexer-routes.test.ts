import { formatPostings, newId, type RoomId, type RoomPostings } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../testing/test-client.ts';
import { TestCore } from '../testing/test-core.ts';
import { TestIndexer, tokens } from './testing/test-indexer.ts';

let core: TestCore;
let alice: TestClient;
let gina: TestClient;
let indexer: TestIndexer;
let guest: TestIndexer;

beforeAll(async () => {
  core = await TestCore.start();
  alice = await core.client();
  gina = await core.client(core.identity.person(core.globex.organisationId));
  await core.identity.switch(core.acme.organisationId, 'indexing', true);
  await core.identity.switch(core.globex.organisationId, 'indexing', true);
  indexer = await TestIndexer.of(core, core.acme.organisationId);
  guest = await TestIndexer.of(core, core.globex.organisationId);
});
afterAll(() => core.end());
beforeEach(() => {
  core.acme.behaviour = 'apply';
});

const part = (roomId: RoomId, from: number, to: number, more: Partial<RoomPostings> = {}): RoomPostings => ({
  roomId,
  generation: 1,
  from,
  to,
  documents: [{ position: to, tokens: tokens('budget', 'plan', 'x', 'y') }],
  ...more,
});
const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body.code];
const headOf = async (client: TestClient, roomId: RoomId) => (await client.room(roomId)).body.head ?? 0;

describe('rooms to index', () => {
  it('are all that have entries past the index, in pages, and then those that get some (R391)', async () => {
    const rooms = await Promise.all([core.room(alice), core.room(alice, [gina]), core.room(alice)]);
    const ids = rooms.map(({ roomId }) => roomId);
    const found = await indexer.lagging(1);
    expect(new Set(found.rooms)).toEqual(new Set(ids));
    const [first, second] = rooms;
    if (first === undefined || second === undefined) throw new RangeError('rooms');
    const waiting = indexer.rooms(`?wait=20&after=${found.next}`);
    await alice.post(second.roomId, second.key);
    const { items, next } = await waiting;
    expect(items).toEqual([{ roomId: second.roomId, resourceUri: second.resource, head: 3, indexes: [] }]);
    expect((await indexer.rooms(`?after=${next}`)).items).toEqual([]);
    expect(await indexer.append(part(second.roomId, 0, 3))).toEqual([
      { roomId: second.roomId, generation: 1, position: 3, accepted: true },
    ]);
    expect((await indexer.lagging()).rooms).not.toContain(second.roomId);
    await alice.post(second.roomId, second.key);
    expect((await indexer.rooms(`?after=${next}`)).items).toMatchObject([
      { roomId: second.roomId, head: 4, indexes: [{ generation: 1, position: 3 }] },
    ]);
  });

  it('of another organisation are those with its people alone, wherever they are at home', async () => {
    const shared = await core.room(alice, [gina]);
    const own = await core.room(alice);
    const { rooms } = await guest.lagging();
    expect(rooms).toContain(shared.roomId);
    expect(rooms).not.toContain(own.roomId);
    expect((await guest.indexes()).items.map(({ roomId }) => roomId)).not.toContain(own.roomId);
  });

  it('are listed by id, indexed or not', async () => {
    const all: RoomId[] = [];
    for (let after = ''; ; ) {
      const page = await indexer.indexes(`?limit=2${after}`);
      all.push(...page.items.map(({ roomId }) => roomId));
      if (page.next === undefined) break;
      after = `&after=${page.next}`;
    }
    expect(all).toEqual(all.toSorted());
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(all)).toEqual(new Set((await indexer.indexes()).items.map(({ roomId }) => roomId)));
  });

  it('begin anew with a cursor that means nothing any more, also after the core was started again', async () => {
    const { roomId } = await core.room(alice);
    const { next } = await indexer.lagging();
    expect((await indexer.rooms(`?after=${next}`)).items).toEqual([]);
    expect((await indexer.rooms('?after=nothing')).items.map((item) => item.roomId)).toContain(roomId);
    await core.kill();
    await core.start();
    expect((await indexer.rooms(`?after=${next}`)).items.map((item) => item.roomId)).toContain(roomId);
  });

  it('end where the last person there is being removed: more cannot be read', async () => {
    const { roomId, key } = await core.room(alice, [gina]);
    core.acme.behaviour = 'silent';
    const lost = alice.leave(roomId, gina.person.id).catch(() => undefined);
    await core.acme.until((frame) => frame.type === 'operation' && frame.kind === 'remove');
    await alice.post(roomId, key);
    const mine = (await guest.indexes()).items.find((item) => item.roomId === roomId);
    const theirs = (await indexer.indexes()).items.find((item) => item.roomId === roomId);
    expect([mine?.head, theirs?.head]).toEqual([2, 3]);
    await guest.append(part(roomId, 0, 2));
    expect((await guest.lagging()).rooms).not.toContain(roomId);
    await core.kill();
    await lost;
    core.acme.behaviour = 'apply';
    await core.start();
  });
});

describe('postings', () => {
  it('are taken once, whoever repeats them, and as far as the log goes', async () => {
    const { roomId, key } = await core.room(alice);
    await alice.post(roomId, key);
    const body = formatPostings([part(roomId, 0, 2)]);
    expect((await indexer.postings(body)).body).toMatchObject({ rooms: [{ position: 2, accepted: true }] });
    expect((await indexer.postings(body)).body).toMatchObject({ rooms: [{ position: 2, accepted: false }] });
    expect(await indexer.append(part(roomId, 2, 3))).toMatchObject([{ position: 2, accepted: false }]);
    expect(await indexer.append(part(roomId, 1, 2))).toMatchObject([{ position: 2, accepted: false }]);
    await alice.post(roomId, key);
    expect(await indexer.append(part(roomId, 2, 3))).toMatchObject([{ position: 3, accepted: true }]);
  });

  it('survive a core that is killed between batches: the position says what is in', async () => {
    const { roomId, key } = await core.room(alice);
    for (let count = 0; count < 4; count += 1) await alice.post(roomId, key);
    const parts = [part(roomId, 0, 2), part(roomId, 2, 3), part(roomId, 3, 5)];
    for (const each of parts) {
      const lost = indexer.postings(formatPostings([each])).catch(() => undefined);
      await core.kill();
      await lost;
      await core.start();
      const mine = (await indexer.indexes()).items.find((item) => item.roomId === roomId);
      const position = mine?.indexes[0]?.position ?? 0;
      expect([each.from, each.to]).toContain(position);
      if (position === each.from) await indexer.append(each);
    }
    expect((await indexer.indexes()).items.find((item) => item.roomId === roomId)?.indexes).toEqual([
      { generation: 1, position: 5 },
    ]);
  });

  it('of rooms where the organisation has nobody are not taken, those beside them are', async () => {
    const own = await core.room(alice);
    const shared = await core.room(alice, [gina]);
    const answers = await guest.append(part(own.roomId, 0, 1), part(shared.roomId, 0, 1), part(newId<RoomId>(), 0, 1));
    expect(answers.map(({ accepted, position }) => [accepted, position])).toEqual([
      [false, 0],
      [true, 1],
      [false, 0],
    ]);
    expect((await indexer.indexes()).items.find((item) => item.roomId === own.roomId)?.indexes).toEqual([]);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 400],
    ['no postings', Buffer.from('postings'), 400],
    ['half of some', Buffer.from(formatPostings([part(newId<RoomId>(), 0, 1)])).subarray(0, 60), 400],
    ['more than 4 MiB', Buffer.alloc(4 * 1024 * 1024 + 1), 413],
  ])('are refused with a body of %s', async (_, body, status) => {
    expect((await indexer.postings(body)).status).toBe(status);
  });

  it('are refused as JSON', async () => {
    expect((await indexer.ask('/search/v1/postings', { method: 'POST', body: {} })).status).toBe(415);
  });

  it('of a generation are dropped when told so, and of others’ rooms they are not there', async () => {
    const { roomId } = await core.room(alice);
    await indexer.append(part(roomId, 0, 1), part(roomId, 0, 1, { generation: 2 }));
    const address = `/search/v1/rooms/${roomId}/indexes`;
    expect((await guest.ask(`${address}/1`, { method: 'DELETE' })).status).toBe(404);
    for (const name of ['0', '-1', 'x', '1.5', '4294967296']) {
      expect((await indexer.ask(`${address}/${name}`, { method: 'DELETE' })).status).toBe(404);
    }
    expect((await indexer.ask(`${address}/1`, { method: 'DELETE' })).status).toBe(204);
    expect((await indexer.indexes()).items.find((item) => item.roomId === roomId)?.indexes).toEqual([
      { generation: 2, position: 1 },
    ]);
    expect((await indexer.ask(`${address}/1`, { method: 'DELETE' })).status).toBe(204);
  });
});

describe('what indexers ask', () => {
  const addresses: [string, string][] = [
    ['GET', '/search/v1/rooms'],
    ['GET', '/search/v1/indexes'],
    ['POST', '/search/v1/postings'],
    ['DELETE', `/search/v1/rooms/${newId()}/indexes/1`],
    ['GET', '/search/v1/queries'],
    ['POST', `/search/v1/queries/${newId()}/plans`],
    ['POST', `/search/v1/queries/${newId()}/answer`],
    ['POST', `/search/v1/queries/${newId()}/refusal`],
  ];
  const send = (client: TestClient, method: string, path: string) =>
    client.ask(path, { method, ...(method === 'POST' ? { body: { sealed: 'x', code: 'core/x' } } : {}) });

  it.each(addresses)('is not there for people: %s %s', async (method, path) => {
    expect((await send(alice, method, path)).status).toBe(404);
  });

  it.each(addresses)('takes a token: %s %s', async (method, path) => {
    expect((await alice.ask(path, { method, bearer: null })).status).toBe(401);
  });

  it('ends at once when the function is switched off, and goes on where it stood when it is on again (R342)', async () => {
    const { roomId } = await core.room(alice);
    await indexer.append(part(roomId, 0, 1));
    const { next } = await indexer.lagging();
    const waiting = indexer.ask(`/search/v1/rooms?wait=20&after=${next}`);
    const asking = indexer.ask('/search/v1/queries?wait=20');
    await core.identity.switch(core.acme.organisationId, 'indexing', false);
    for (const answer of [await waiting, await asking]) expect(codeOf(answer)).toEqual([403, 'core/function-off']);
    expect(codeOf(await indexer.postings(formatPostings([part(roomId, 0, 1)])))).toEqual([403, 'core/function-off']);
    await core.identity.switch(core.acme.organisationId, 'indexing', true);
    expect((await indexer.indexes()).items.find((item) => item.roomId === roomId)?.indexes).toEqual([
      { generation: 1, position: 1 },
    ]);
    expect(await headOf(alice, roomId)).toBe(1);
  });
});
