import type { IndexerClient } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import {
  formatPlan,
  newId,
  type Plan,
  parsePlan,
  parseQueriesToPlan,
  type QueryToPlan,
  type RoomId,
} from '@cloister/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gather } from './sdk/gather.ts';
import { enter, makeRoom, type SdkPerson, say } from './sdk/sdk-person.ts';
import { found, indexed, searchFor } from './sdk/search-for.ts';
import { type HostileCore, hostileCore } from './search/hostile-core.ts';
import { hostileIndexer } from './search/hostile-indexer.ts';

// Either side of the index in hostile hands: a core that does what it likes with sealed queries, and an indexer's account with a
// program that plans what nobody asked for.
let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let end: () => Promise<void>;
/** Alice's and Ben's. */
let shared: RoomId;
/** Ben's, without Alice. */
let bens: RoomId;

beforeAll(async () => {
  let aoi: SdkPerson;
  ({ all, alice, ben, aoi, end } = await gather(['alice', 'ben', 'aoi'], {}, { search: true }));
  shared = await makeRoom(alice, 'Shared', [ben]);
  bens = await makeRoom(ben, 'Without Alice', [aoi]);
  await enter(ben, shared);
  await say(ben, shared, 'a pelican for everybody');
  await say(ben, bens, 'a pelican in secret');
  await Promise.all([indexed(all, shared), indexed(all, bens)]);
});
afterAll(() => end?.());

describe('a hostile core', () => {
  let core: HostileCore;
  const path = '/search/v1/queries';
  const isTaking = (asked: string) => asked.startsWith(`${path}?`);

  beforeEach(async () => {
    core = await hostileCore(all.deployment.layout.socket('core'));
    await all.deployment.kill('door', 'SIGTERM');
    await all.deployment.start('door');
  });
  afterEach(async () => {
    await core.close();
    await all.deployment.kill('door', 'SIGTERM');
    await all.deployment.start('door');
  });

  /** What the indexer says to a query: its plans, or the code with which it refuses. */
  const saidTo = async (id: string): Promise<readonly Plan[] | string> => {
    const to = (kind: string) => core.heard.filter((one) => one.path === `${path}/${id}/${kind}`);
    await expect.poll(() => to('plans').length + to('refusal').length, { timeout: 60_000 }).toBeGreaterThan(0);
    const [refusal] = to('refusal');
    if (refusal !== undefined) return (JSON.parse(refusal.body.toString()) as { code: string }).code;
    return to('plans').map(({ body }) => parsePlan(body));
  };
  /** Has the next query that somebody asks told to the indexer as `tell` makes it. */
  const told = (tell: (query: QueryToPlan) => readonly QueryToPlan[]): Promise<QueryToPlan> =>
    new Promise((resolve) => {
      core.answer = (asked, body) => {
        if (!isTaking(asked)) return body;
        const [query, ...more] = body.length === 0 ? [] : parseQueriesToPlan(body.toString());
        if (query === undefined) return body;
        core.answer = (_, unchanged) => unchanged;
        resolve(query);
        return Buffer.from(JSON.stringify({ items: [...tell(query), ...more] }));
      };
    });
  const untilThere = () =>
    expect.poll(async () => (await searchFor(ben, 'pelican')).state, { timeout: 60_000, interval: 1000 }).toBe('done');

  it('learns no token of a room that the asker did not mean, or is not in (R395, R396)', async () => {
    await untilThere();
    const foreign = { roomId: bens, generations: [{ generation: 1, position: 1 }] };
    const query = told((one) => [{ ...one, rooms: [...one.rooms, foreign] }]);
    expect(await found(alice, 'pelican')).toEqual(['a pelican for everybody']);
    const plans = await saidTo((await query).id);
    if (typeof plans === 'string') throw new Error(`refused: ${plans}`);
    const rooms = plans.flatMap((plan) => plan.rooms.map(({ roomId }) => roomId));
    expect(rooms).toContain(shared);
    expect(rooms).not.toContain(bens);
  });

  it('learns nothing by asking a query again, under its own name or another (R395)', async () => {
    await untilThere();
    let kept: QueryToPlan | undefined;
    void told((one) => {
      kept = one;
      return [one];
    });
    expect(await found(alice, 'pelican')).toEqual(['a pelican for everybody']);
    if (kept === undefined) throw new Error('no query passed');
    const query = kept;
    const renamed = { ...query, id: newId<typeof query.id>() };
    const relabelled = { ...query, id: newId<typeof query.id>(), userId: ben.id };
    const before = core.heard.length;
    void told((one) => [one, query, renamed, relabelled]);
    expect(await found(ben, 'pelican in:Shared')).toEqual(['a pelican for everybody']);
    expect(await saidTo(renamed.id)).toBe('core/query-refused');
    expect(await saidTo(relabelled.id)).toBe('core/query-refused');
    const again = () => core.heard.slice(before).filter(({ path: one }) => one.startsWith(`${path}/${query.id}/`));
    await expect.poll(() => again().length, { timeout: 60_000 }).toBe(1);
    expect(again()[0]?.path).toBe(`${path}/${query.id}/refusal`);
  });

  it('is not obeyed where it changes what is sealed, and others find on', async () => {
    await untilThere();
    const query = told((one) => {
      const [head, key, iv, text = '', tag] = one.sealed.split('.');
      const turned = `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
      return [{ ...one, sealed: [head, key, iv, turned, tag].join('.') as QueryToPlan['sealed'] }];
    });
    const failing = searchFor(alice, 'pelican');
    expect(await saidTo((await query).id)).toBe('core/query-refused');
    // Her client asks once more by itself, under another key, and nobody disturbs that.
    expect((await failing).hits.map(({ text }) => text)).toEqual(['a pelican for everybody']);
    expect(await found(ben, 'pelican in:Shared')).toEqual(['a pelican for everybody']);
  });
});

describe('a hostile indexer', () => {
  let indexer: IndexerClient;
  beforeAll(async () => {
    await all.deployment.kill('acme-indexer');
    indexer = await hostileIndexer(all, 'acme', alice);
  });
  afterAll(async () => {
    await indexer?.close();
    await all.deployment.start('acme-indexer');
  });

  const everything = (rooms: readonly RoomId[], last = true): Uint8Array =>
    formatPlan({
      last,
      expression: ['all'],
      slots: 0,
      rooms: rooms.map((roomId) => ({ roomId, generation: 1, slots: [] })),
    });
  /** Somebody searches, and the hostile program does as it likes with the query. */
  const searched = async (person: SdkPerson, act: (id: QueryToPlan['id']) => Promise<unknown>) => {
    const asked = searchFor(person, 'pelican');
    const taken: QueryToPlan[] = [];
    while (taken.length === 0) taken.push(...(await indexer.queries({ wait: 20 })));
    const done = await Promise.all(taken.map(({ id }) => act(id)));
    return { snapshot: await asked, taken, done };
  };

  it('makes the core show nobody a room they are not in (R391, R397)', async () => {
    // The core waits for queries to be asked for before it takes any.
    await indexer.queries();
    const { snapshot, taken } = await searched(alice, (id) => indexer.plan(id, everything([bens, shared])));
    expect(taken[0]?.rooms.map(({ roomId }) => roomId)).toContain(shared);
    expect(taken[0]?.rooms.map(({ roomId }) => roomId)).not.toContain(bens);
    expect(snapshot).toMatchObject({ state: 'done', unopened: 0 });
    // Hers comes, and is looked at again by her client.
    expect(snapshot.hits.map(({ text }) => text)).toEqual(['a pelican for everybody']);
  });

  it('makes no client show what does not match', async () => {
    await say(ben, shared, 'nothing of that bird');
    const { snapshot } = await searched(alice, (id) => indexer.plan(id, everything([shared])));
    expect(snapshot.hits.map(({ text }) => text)).toEqual(['a pelican for everybody']);
  });

  it('has plans refused that are too large or contradict each other, and the search ends with a code', async () => {
    const large = await searched(alice, (id) =>
      indexer.plan(id, new Uint8Array(9 * 1024 * 1024)).catch((cause: { code?: string }) => cause.code),
    );
    expect(large.done[0]).toMatch(/too-large/);
    // By silence it would end only after 20 s, and with another code.
    expect(large.snapshot).toMatchObject({ state: 'failed', code: 'search/too-broad' });
    const twice = await searched(alice, async (id) => {
      await indexer.plan(id, everything([shared], false));
      return indexer.plan(id, everything([shared])).catch((cause: { code?: string }) => cause.code);
    });
    expect(twice.done).toEqual(['wire/invalid-message']);
    expect(twice.snapshot).toMatchObject({ state: 'failed', code: 'wire/invalid-message' });
  });

  it('keeps nobody waiting for ever by never saying that a plan is the last', async () => {
    const { snapshot } = await searched(alice, (id) => indexer.plan(id, everything([shared], false)));
    expect(snapshot).toMatchObject({ state: 'failed', code: 'core/search-unavailable' });
    expect(snapshot.hits.map(({ text }) => text)).toEqual(['a pelican for everybody']);
  });

  it('harms nobody when it is gone: what is asked of the honest one is found', async () => {
    await indexer.close();
    await all.deployment.start('acme-indexer');
    await Promise.all([indexed(all, shared), indexed(all, bens)]);
    await expect
      .poll(async () => (await searchFor(ben, 'pelican')).hits.length, { timeout: 60_000, interval: 1000 })
      .toBe(2);
  });
});
