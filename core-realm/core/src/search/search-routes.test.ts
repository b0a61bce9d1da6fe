import { randomBytes } from 'node:crypto';
import { type KeyUri, parseIndexNumbers, type QueryToPlan, type RoomId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealed } from '../testing/sealed.ts';
import type { TestClient } from '../testing/test-client.ts';
import { TestCore } from '../testing/test-core.ts';
import { ask, planFor, queryOf, results, type TestAnswer, TestIndexer, token, tokens } from './testing/test-indexer.ts';

let core: TestCore;
let indexer: TestIndexer;
let at = Date.now();

/** Time stands still unless a test moves it; identity says anew how things are before the core stops believing it. */
const later = async (ms: number): Promise<void> => {
  at += ms;
  await core.identity.switch(core.globex.organisationId, 'dlp', false);
};

const connections = () => core.log.filter((line) => line.includes('realm.connected')).length;

/** The core gives up a key server that it has not heard of for as long as some tests say; each look is a request. */
const reconnect = async (): Promise<void> => {
  const before = connections();
  core.acme.disconnect();
  await core.acme.connect(core.socket);
  while (connections() === before) await indexer.queries();
};

beforeAll(async () => {
  core = await TestCore.start({ now: () => at });
  await core.identity.switch(core.acme.organisationId, 'indexing', true);
  await core.identity.switch(core.globex.organisationId, 'indexing', true);
  indexer = await TestIndexer.of(core, core.acme.organisationId);
});
afterAll(() => core.end());
beforeEach(async () => {
  core.acme.behaviour = 'apply';
  await reconnect();
  // So that the core knows an indexer is there.
  await indexer.queries();
});
afterEach(() => later(11_000));

const globexClient = () => core.client(core.identity.person(core.globex.organisationId));

/** A room with messages that are indexed under the words given, one each. */
const indexedRoom = async (people: readonly TestClient[], words: readonly string[], by = indexer) => {
  const [creator, ...others] = people as [TestClient, ...TestClient[]];
  const { roomId, key } = await core.room(creator, others);
  const said: string[] = [];
  for (const word of words) said.push(await say(creator, roomId, key, word, by));
  return { roomId, key, said };
};

const positionOf = async (by: TestIndexer, roomId: RoomId): Promise<number> =>
  (await by.indexes()).items.find((item) => item.roomId === roomId)?.indexes[0]?.position ?? 0;

/** A message, indexed under a word; a second later than the one before. */
const say = async (who: TestClient, roomId: RoomId, key: KeyUri, word: string, by = indexer, more = {}) => {
  await later(1000);
  const { body } = await who.post(roomId, key, more);
  const to = body.position ?? 0;
  const from = await positionOf(by, roomId);
  const documents = [{ position: to, tokens: tokens(word, `${word}-2`, 'x', 'y') }];
  await by.append({ roomId, generation: 1, from, to, documents });
  // Time has passed: the core is to know that an indexer is there.
  await by.queries();
  return body.id;
};

/** The query that waits longest. */
const taken = async (by = indexer): Promise<QueryToPlan> => {
  const [query] = await by.queries('?wait=20&limit=1');
  if (query === undefined) throw new RangeError('no query');
  return query;
};

const found = async (client: TestClient, word: string, by = indexer, more = {}): Promise<TestAnswer> => {
  const answer = ask(core, client);
  const query = await taken(by);
  expect((await by.plan(query.id, planFor(word, query.rooms, more))).status).toBe(204);
  await answer.ended;
  return answer;
};
const idsOf = ({ items }: TestAnswer) => items.map(({ activity }) => activity.id);
const refusedAs = async (answer: TestAnswer) => {
  await answer.ended;
  return [answer.status, answer.body.code];
};
const failedAs = async (answer: TestAnswer) => {
  await answer.ended;
  return answer.last;
};

describe('a search', () => {
  it('goes sealed to the asker’s own indexer with the rooms they may read, and comes back newest first (R395, R397)', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const first = await indexedRoom([alice, bob], ['budget', 'plan']);
    const second = await indexedRoom([alice], ['budget']);
    await indexedRoom([bob], ['budget']);
    const sent = queryOf(core);
    const answer = ask(core, alice, sent);
    const query = await taken();
    expect(query).toEqual({
      ...sent,
      userId: alice.person.id,
      rooms: [
        { roomId: second.roomId, generations: [{ generation: 1, position: 2 }] },
        { roomId: first.roomId, generations: [{ generation: 1, position: 4 }] },
      ],
    });
    expect((await indexer.plan(query.id, planFor('budget', query.rooms))).status).toBe(204);
    await answer.ended;
    expect(idsOf(answer)).toEqual([second.said[0], first.said[0]]);
    expect(answer.items[0]?.activity).toEqual((await alice.history(second.roomId)).at(-1));
    expect(answer.lines.slice(-2)).toEqual([{ type: 'reach', rooms: 2, lagging: 0, missing: 0 }, { type: 'end' }]);
  });

  it('is never read by the core: what it stores and logs holds no query (R399)', async () => {
    const alice = await core.client();
    await indexedRoom([alice], ['budget']);
    const secret = sealed(64);
    const answer = ask(core, alice, { sealed: secret });
    const { id } = await taken();
    await indexer.refuse(id, 'core/query-refused');
    await answer.ended;
    expect(core.log.join('\n')).not.toContain(secret);
  });

  it('finds a message by its newest edit alone, and nothing that is deleted', async () => {
    const alice = await core.client();
    const { roomId, key, said } = await indexedRoom([alice], ['budget', 'other']);
    const parent = { id: said[0], type: 'edit' };
    const edit = await say(alice, roomId, key, 'salary', indexer, { parent });
    expect(idsOf(await found(alice, 'budget'))).toEqual([]);
    const [hit] = (await found(alice, 'salary')).items;
    expect([hit?.activity.id, hit?.edit?.id]).toEqual([said[0], edit]);
    await alice.write(roomId, { verb: 'delete', object: { objectType: 'activity', id: said[0] } });
    expect(idsOf(await found(alice, 'salary'))).toEqual([]);
    expect(idsOf(await found(alice, 'other'))).toEqual([said[1]]);
  });

  it('comes in pages of 50, each message once', async () => {
    const alice = await core.client();
    const { said } = await indexedRoom([alice], Array<string>(53).fill('budget'));
    const first = await found(alice, 'budget');
    const end = first.last;
    expect(idsOf(first)).toEqual(said.toReversed().slice(0, 50));
    if (end?.type !== 'end' || end.next === undefined) throw new RangeError('no next page');
    const { id } = first;
    const sent = end.next;
    const stranger = await core.client();
    expect(await refusedAs(results(core, stranger, id, sent))).toEqual([404, 'core/query-gone']);
    const second = results(core, alice, id, sent);
    await second.ended;
    expect(idsOf(second)).toEqual(said.toReversed().slice(50));
    expect(second.last).toEqual({ type: 'end' });
    expect(await failedAs(results(core, alice, id, 'nothing'))).toEqual({
      type: 'failed',
      code: 'core/invalid-request',
    });
    await later(10 * 60_000);
    await indexer.queries();
    expect(await refusedAs(results(core, alice, id, sent))).toEqual([404, 'core/query-gone']);
  });
});

describe('what the indexer plans is not believed', () => {
  it('where it names rooms that the asker is not in: nothing is found there', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const own = await indexedRoom([alice], ['budget']);
    const other = await indexedRoom([bob], ['budget']);
    const answer = ask(core, alice);
    const query = await taken();
    const rooms = [...query.rooms, { roomId: other.roomId, generations: [{ generation: 1, position: 2 }] }];
    await indexer.plan(query.id, planFor('budget', rooms));
    await answer.ended;
    expect(idsOf(answer)).toEqual(own.said);
    expect(answer.lines.at(-2)).toMatchObject({ type: 'reach', rooms: 1 });
  });

  it('in rooms that the indexer could not look in is told as such', async () => {
    const alice = await core.client();
    await indexedRoom([alice], ['budget']);
    const answer = await found(alice, 'budget', indexer, { unsearched: 2 });
    expect(answer.lines.at(-2)).toEqual({ type: 'reach', rooms: 1, lagging: 0, missing: 0, unsearched: 2 });
  });

  it('after somebody was removed: what was planned for them before finds nothing there (R331)', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const { roomId } = await indexedRoom([alice, bob], ['budget']);
    const answer = ask(core, bob);
    const query = await taken();
    expect((await alice.leave(roomId, bob.person.id)).status).toBe(200);
    await indexer.plan(query.id, planFor('budget', query.rooms));
    await answer.ended;
    expect(answer.lines).toEqual([{ type: 'reach', rooms: 0, lagging: 0, missing: 0 }, { type: 'end' }]);
    expect(idsOf(await found(alice, 'budget'))).toHaveLength(1);
  });

  it('while somebody is being removed: they find what came before, and are told of nothing after', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const { roomId, key, said } = await indexedRoom([alice, bob], ['budget']);
    core.acme.received.length = 0;
    core.acme.behaviour = 'silent';
    const lost = alice.leave(roomId, bob.person.id).catch(() => undefined);
    await core.acme.until((frame) => frame.type === 'operation' && frame.kind === 'remove');
    const after = await say(alice, roomId, key, 'budget');
    await alice.post(roomId, key);
    expect(idsOf(await found(bob, 'budget'))).toEqual(said);
    expect((await found(bob, 'budget')).lines.at(-2)).toEqual({ type: 'reach', rooms: 1, lagging: 0, missing: 0 });
    const own = await found(alice, 'budget');
    expect(idsOf(own)).toEqual([after, ...said]);
    expect(own.lines.at(-2)).toMatchObject({ type: 'reach', rooms: 1, lagging: 1 });
    await core.kill();
    await lost;
    core.acme.behaviour = 'apply';
    await core.start();
  });

  it('by another organisation’s index: each has its own (R396)', async () => {
    const [alice, gina] = [await core.client(), await globexClient()];
    const guest = await TestIndexer.of(core, core.globex.organisationId);
    const { roomId } = await indexedRoom([alice, gina], ['budget']);
    await guest.queries();
    const answer = ask(core, gina);
    const query = await taken(guest);
    expect(query.rooms).toEqual([{ roomId, generations: [] }]);
    await guest.plan(query.id, planFor('budget', [{ roomId, generations: [{ generation: 1, position: 3 }] }]));
    await answer.ended;
    expect(answer.lines).toEqual([{ type: 'reach', rooms: 0, lagging: 0, missing: 1 }, { type: 'end' }]);
    await say(
      alice,
      roomId,
      (await alice.room(roomId)).body.defaultActivityEncryptionKeyUrl as KeyUri,
      'budget',
      guest,
    );
    expect(idsOf(await found(gina, 'budget', guest))).toHaveLength(1);
    expect(idsOf(await found(alice, 'budget'))).toHaveLength(1);
  });
});

describe('how far a search reaches', () => {
  it('is said with it: content that is not indexed yet and since when, and rooms without an index', async () => {
    const alice = await core.client();
    const { roomId, key } = await indexedRoom([alice], ['budget']);
    await core.room(alice);
    await later(5000);
    const { body } = await alice.post(roomId, key);
    await later(5000);
    await alice.post(roomId, key);
    const reach = { type: 'reach', rooms: 1, lagging: 1, since: body.published, missing: 1 };
    expect((await found(alice, 'budget')).lines.at(-2)).toEqual(reach);
    await alice.write(roomId, { verb: 'delete', object: { objectType: 'activity', id: body.id } });
    expect((await found(alice, 'nothing')).lines.at(-2)).toMatchObject({ lagging: 1, missing: 1 });
  });

  it('is not held back by entries that hold no content', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const { roomId } = await indexedRoom([alice], ['budget']);
    await alice.add(roomId, bob.person.id);
    expect((await found(alice, 'budget')).lines.at(-2)).toEqual({ type: 'reach', rooms: 1, lagging: 0, missing: 0 });
  });
});

describe('who may ask', () => {
  it('is a person whose organisation has search on and whose indexer is there', async () => {
    const gina = await globexClient();
    const guest = await TestIndexer.of(core, core.globex.organisationId);
    await core.identity.switch(core.globex.organisationId, 'indexing', false);
    expect(await refusedAs(ask(core, gina))).toEqual([403, 'core/search-off']);
    await core.identity.switch(core.globex.organisationId, 'indexing', true);
    expect(await refusedAs(ask(core, gina))).toEqual([503, 'core/search-unavailable']);
    await guest.queries();
    const answer = ask(core, gina);
    await guest.refuse((await taken(guest)).id, 'core/query-refused');
    expect(await failedAs(answer)).toEqual({ type: 'failed', code: 'core/query-refused' });
    await later(30_000);
    expect(await refusedAs(ask(core, gina))).toEqual([503, 'core/search-unavailable']);
  });

  it('is no machine', async () => {
    expect(await refusedAs(ask(core, indexer))).toEqual([403, 'core/not-for-machines']);
  });

  it('asks four things at once and twenty in ten seconds at most', async () => {
    const alice = await core.client();
    const waiting = Array.from({ length: 4 }, () => ask(core, alice));
    for (const _ of waiting) await taken();
    expect(await refusedAs(ask(core, alice))).toEqual([429, 'core/too-many']);
    for (const answer of waiting) {
      await indexer.refuse(answer.id, 'core/query-refused');
      await answer.ended;
    }
    for (let count = 4; count < 20; count += 1) {
      const answer = ask(core, alice);
      await indexer.refuse((await taken()).id, 'core/query-refused');
      await answer.ended;
    }
    expect(await refusedAs(ask(core, alice))).toEqual([429, 'core/too-many']);
    const bob = await core.client();
    const other = ask(core, bob);
    await indexer.refuse((await taken()).id, 'core/query-refused');
    await other.ended;
    expect(other.status).toBe(200);
    await later(10_000);
    const again = ask(core, alice);
    await indexer.refuse((await taken()).id, 'core/query-refused');
    await again.ended;
    expect(again.status).toBe(200);
  });

  it('uses an id once', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const { id } = queryOf(core);
    const answer = ask(core, alice, { id });
    expect(await refusedAs(ask(core, bob, { id }))).toEqual([409, 'core/conflict']);
    await indexer.refuse((await taken()).id, 'core/query-refused');
    await answer.ended;
    expect(await refusedAs(ask(core, alice, { id }))).toEqual([409, 'core/conflict']);
  });

  it.each([
    ['words in the clear', { sealed: 'budget' }],
    ['no id', { id: 'x' }],
    ['no key', { encryptionKeyUrl: 'kms://x' }],
  ])('is refused with %s (R395)', async (_, more) => {
    const alice = await core.client();
    expect(await refusedAs(ask(core, alice, more as object))).toEqual([400, 'wire/invalid-message']);
  });
});

describe('a query on its way', () => {
  it('is given to one machine, and only that one answers it', async () => {
    const alice = await core.client();
    await indexedRoom([alice], ['budget']);
    const second = await TestIndexer.of(core, core.acme.organisationId);
    const answer = ask(core, alice);
    const query = await taken();
    expect(await second.queries()).toEqual([]);
    expect((await second.plan(query.id, planFor('budget', query.rooms))).status).toBe(404);
    expect((await indexer.plan(query.id, planFor('budget', query.rooms))).status).toBe(204);
    await answer.ended;
    expect(idsOf(answer)).toHaveLength(1);
    expect((await indexer.plan(query.id, planFor('budget', query.rooms))).status).toBe(404);
  });

  it('of a machine that says nothing goes to another, and ends in time with none', async () => {
    const alice = await core.client();
    await indexedRoom([alice], ['budget']);
    const second = await TestIndexer.of(core, core.acme.organisationId);
    const answer = ask(core, alice);
    const query = await taken();
    const asking = taken(second);
    await later(3000);
    expect((await asking).id).toBe(query.id);
    expect((await indexer.plan(query.id, planFor('budget', query.rooms))).status).toBe(404);
    await second.plan(query.id, planFor('budget', query.rooms));
    await answer.ended;
    expect(idsOf(answer)).toHaveLength(1);
    const lost = ask(core, alice);
    await taken();
    await later(20_000);
    expect(await failedAs(lost)).toEqual({ type: 'failed', code: 'core/search-unavailable' });
  });

  it('whose machine dies between its plans ends in time, and nobody else goes on with it', async () => {
    const alice = await core.client();
    const { said } = await indexedRoom([alice], ['budget']);
    const { roomId } = await indexedRoom([alice], ['other']);
    const second = await TestIndexer.of(core, core.acme.organisationId);
    const answer = ask(core, alice);
    const query = await taken();
    const rest = query.rooms.filter((each) => each.roomId === roomId);
    await indexer.plan(query.id, planFor('budget', rest, { last: false }));
    await later(10_000);
    expect(await second.queries()).toEqual([]);
    await later(10_000);
    expect(await failedAs(answer)).toEqual({ type: 'failed', code: 'core/search-unavailable' });
    expect(said).toHaveLength(1);
  });

  it('ends when its asker goes away: its machine is told (R398)', async () => {
    const alice = await core.client();
    await indexedRoom([alice], ['budget']);
    const answer = ask(core, alice);
    const query = await taken();
    answer.abandon();
    await answer.ended;
    // The core hears of a closed connection a moment later: then nobody waits any more.
    const empty = planFor('budget', [], { last: false });
    while ((await indexer.plan(query.id, empty)).status === 204);
    const late = await indexer.plan(query.id, planFor('budget', query.rooms));
    expect([late.status, late.body.code]).toEqual([404, 'core/query-gone']);
  });

  it('comes to its first results before its last plan', async () => {
    const alice = await core.client();
    const old = await indexedRoom([alice], ['budget']);
    // Further apart than the clocks of several processes may be.
    await later(5000);
    const fresh = await indexedRoom([alice], ['budget']);
    const answer = ask(core, alice);
    const query = await taken();
    expect(query.rooms.map(({ roomId }) => roomId)).toEqual([fresh.roomId, old.roomId]);
    await indexer.plan(query.id, planFor('budget', query.rooms.slice(0, 1), { last: false }));
    await answer.until(() => answer.items.length === 1);
    expect(idsOf(answer)).toEqual(fresh.said);
    await indexer.plan(query.id, planFor('budget', query.rooms.slice(1)));
    await answer.ended;
    expect(idsOf(answer)).toEqual([...fresh.said, ...old.said]);
  });

  it('says of each message which slots hold in it when the indexer asks for that', async () => {
    const alice = await core.client();
    await indexedRoom([alice], ['budget', 'plan', 'budget']);
    const answer = ask(core, alice);
    const query = await taken();
    const either = (rooms: QueryToPlan['rooms']) =>
      planFor('budget', rooms, { expression: ['all'], tellSlots: true, slots: 2 });
    const rooms = either(query.rooms).rooms.map((room) => ({ ...room, slots: [...room.slots, tokens('x')] }));
    expect((await indexer.plan(query.id, { ...either([]), rooms })).status).toBe(204);
    await answer.ended;
    expect(answer.items.map(({ slots }) => slots)).toEqual([[0, 1], [1], [0, 1]]);
    expect((await found(alice, 'budget')).items.map(({ slots }) => slots)).toEqual([undefined, undefined]);
  });

  it('finds in a room whose tokens come in several plans what all of them find, and no part of it alone', async () => {
    const alice = await core.client();
    const { said } = await indexedRoom([alice], ['budget', 'draft', 'lunch']);
    const answer = ask(core, alice);
    const query = await taken();
    const part = (word: string, more: object) => indexer.plan(query.id, planFor(word, query.rooms, more));
    const not = { expression: ['not', ['slot', 0]] as const };
    expect((await part('budget', { ...not, last: false, goesOn: true })).status).toBe(204);
    expect((await part('draft', not)).status).toBe(204);
    await answer.ended;
    expect(idsOf(answer)).toEqual([said[2]]);
    expect(answer.last).toEqual({ type: 'end' });
  });

  it('may need more tokens in one room than a plan holds, up to 32 MiB in all (R396)', async () => {
    const alice = await core.client();
    const { said } = await indexedRoom([alice], ['budget', 'draft', 'lunch']);
    const many = (word: string) => Buffer.concat([randomBytes(7_340_000), token(word)]);
    const asked = async (words: readonly string[]) => {
      const answer = ask(core, alice);
      const query = await taken();
      const statuses: number[] = [];
      for (const [at, word] of words.entries()) {
        const goesOn = at < words.length - 1 ? { goesOn: true as const, last: false } : {};
        const plan = planFor(word, query.rooms, goesOn);
        const rooms = plan.rooms.map((room) => ({ ...room, slots: [many(word)] }));
        statuses.push((await indexer.plan(query.id, { ...plan, rooms })).status);
      }
      await answer.ended;
      return { answer, statuses };
    };
    const { answer, statuses } = await asked(['budget', 'none', 'draft']);
    expect([statuses, idsOf(answer)]).toEqual([[204, 204, 204], said.slice(0, 2).reverse()]);
    const broad = await asked(['budget', 'none', 'draft', 'lunch', 'more']);
    expect(broad.statuses).toEqual([204, 204, 204, 204, 413]);
    expect(broad.answer.last).toEqual({ type: 'failed', code: 'search/too-broad' });
  });

  it('of which two plans look for different things, or name an index twice, ends', async () => {
    const alice = await core.client();
    await indexedRoom([alice], ['budget']);
    for (const second of [{ expression: ['all'] as const }, {}]) {
      const answer = ask(core, alice);
      const query = await taken();
      await indexer.plan(query.id, planFor('budget', query.rooms, { last: false }));
      expect((await indexer.plan(query.id, planFor('budget', query.rooms, second))).status).toBe(400);
      expect(await failedAs(answer)).toEqual({ type: 'failed', code: 'wire/invalid-message' });
    }
  });

  it.each([
    ['no plan', Buffer.from('plan'), 400, 'wire/invalid-message'],
    ['more than 8 MiB', Buffer.alloc(8 * 1024 * 1024 + 1), 413, 'search/too-broad'],
  ])('whose machine sends %s ends at once, and others are not harmed', async (_, body, status, code) => {
    const [alice, bob] = [await core.client(), await core.client()];
    await indexedRoom([bob], ['budget']);
    const answer = ask(core, alice);
    const { id } = await taken();
    const headers = { 'content-type': 'application/octet-stream' };
    expect((await indexer.ask(`/search/v1/queries/${id}/plans`, { method: 'POST', body, headers })).status).toBe(
      status,
    );
    // Time stands still, and the machine says nothing more: it is not silence that ends it.
    expect(await failedAs(answer)).toEqual({ type: 'failed', code });
    expect((await indexer.refuse(id, 'core/query-refused')).status).toBe(404);
    expect(idsOf(await found(bob, 'budget'))).toHaveLength(1);
  });

  it('may be answered by the indexer itself, sealed', async () => {
    const alice = await core.client();
    const answer = ask(core, alice);
    const { id } = await taken();
    const said = sealed();
    expect((await indexer.answerQuery(id, said)).status).toBe(204);
    await answer.ended;
    expect(answer.lines).toEqual([{ type: 'answer', sealed: said }, { type: 'end' }]);
    expect((await indexer.answerQuery(id, said)).status).toBe(404);
  });

  it('ends at once when search is switched off; the index stays', async () => {
    const alice = await core.client();
    await indexedRoom([alice], ['budget']);
    const answer = ask(core, alice);
    await taken();
    await core.identity.switch(core.acme.organisationId, 'indexing', false);
    expect(await failedAs(answer)).toEqual({ type: 'failed', code: 'core/search-off' });
    await core.identity.switch(core.acme.organisationId, 'indexing', true);
    await indexer.queries();
    expect(idsOf(await found(alice, 'budget'))).toHaveLength(1);
  });

  it('is streamed as its reader takes it: one that does not read holds up nobody (R398)', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const object = { objectType: 'comment', displayName: sealed(60_000) };
    const { roomId, key } = await indexedRoom([alice, bob], []);
    for (let count = 0; count < 40; count += 1) await say(alice, roomId, key, 'large', indexer, { object });
    const slow = ask(core, alice);
    slow.pause();
    const query = await taken();
    await indexer.plan(query.id, planFor('large', query.rooms));
    expect(idsOf(await found(bob, 'large'))).toHaveLength(40);
    slow.resume();
    await slow.ended;
    expect(idsOf(slow)).toHaveLength(40);
    expect(slow.lines.filter(({ type }) => type === 'items').length).toBeGreaterThan(1);
  });
});

describe('an organisation’s index', () => {
  const admin = async () => {
    const client = await core.client(core.identity.person(core.globex.organisationId, { roles: ['full-admin'] }));
    return client;
  };

  it('is shown in numbers to its full administrators, and dropped by them (R400)', async () => {
    const [boss, alice, gina] = [await admin(), await core.client(), await globexClient()];
    const guest = await TestIndexer.of(core, core.globex.organisationId);
    const before = parseIndexNumbers((await boss.ask('/search/v1/index')).bytes);
    const { roomId, key } = await indexedRoom([alice, gina], ['budget'], guest);
    const after = parseIndexNumbers((await boss.ask('/search/v1/index')).bytes);
    expect([after.rooms - before.rooms, after.indexed - before.indexed, after.postings - before.postings]).toEqual([
      1, 1, 4,
    ]);
    const lag = await alice.post(roomId, key);
    expect((await boss.ask('/search/v1/index')).body).toMatchObject({ lagging: before.lagging + 1 });
    expect(lag.status).toBe(200);
    for (const method of ['GET', 'DELETE']) {
      const refused = await gina.ask('/search/v1/index', { method });
      expect([refused.status, refused.body.code]).toEqual([403, 'core/forbidden']);
    }
    const { next } = await guest.lagging();
    expect((await boss.ask('/search/v1/index', { method: 'DELETE' })).status).toBe(204);
    expect((await boss.ask('/search/v1/index')).body).toMatchObject({ indexed: 0, postings: 0 });
    expect((await guest.rooms(`?after=${next}`)).items.map((item) => item.roomId)).toContain(roomId);
  });

  it('is dropped once the organisation has nobody in the room any more', async () => {
    const [alice, gina] = [await core.client(), await globexClient()];
    const guest = await TestIndexer.of(core, core.globex.organisationId);
    const { roomId, key } = await indexedRoom([alice, gina], ['budget']);
    await say(alice, roomId, key, 'budget', guest);
    expect(await positionOf(guest, roomId)).toBeGreaterThan(0);
    await alice.leave(roomId, gina.person.id);
    await later(60_000);
    const boss = await admin();
    const left = async () => (await boss.ask<{ postings: number }>('/search/v1/index')).body.postings;
    while ((await left()) > 0);
    await reconnect();
    await alice.add(roomId, gina.person.id);
    expect(await positionOf(guest, roomId)).toBe(0);
    expect(await positionOf(indexer, roomId)).toBeGreaterThan(0);
  });
});
