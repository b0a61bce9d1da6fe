import { randomBytes } from 'node:crypto';
import type { Database } from '@cloister/database';
import type { Query } from '@cloister/search-terms';
import {
  newId,
  type OrganisationId,
  type Plan,
  parsePlan,
  type QueryToPlan,
  type RoomId,
  tokenCount,
} from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeBatch } from '../batches/make-batch.ts';
import { Counters } from '../counters/counters.ts';
import { hexOf, ModelCore } from '../testing/model-core.ts';
import { openTestDatabase } from '../testing/open-test-database.ts';
import { RandomSource } from '../tokens/random-source.ts';
import { type SearchKey, searchKey } from '../tokens/search-key.ts';
import { chooseRooms } from './choose-rooms.ts';
import { LostIndexes } from './lost-indexes.ts';
import { makePlans } from './make-plans.ts';

const organisationId = newId<OrganisationId>();
const random = new RandomSource(randomBytes);
const word = (text: string): { text: string; quoted: boolean } => ({ text, quoted: true });
const and = (...of: [ReturnType<typeof word>, ...ReturnType<typeof word>[]]): Query => ['and', ...of];

let database: Database;
let drop: () => Promise<void>;
let counters: Counters;
let core: ModelCore;
const keys = new Map<RoomId, SearchKey[]>();
const unreachable = new Set<RoomId>();
const keysOf = async (roomId: RoomId) =>
  unreachable.has(roomId) ? ('out-of-reach' as const) : (keys.get(roomId) ?? null);

beforeAll(async () => {
  ({ database, drop } = await openTestDatabase());
});
afterAll(() => drop());
beforeEach(() => {
  counters = new Counters({ database, organisationId });
  core = new ModelCore();
  keys.clear();
  unreachable.clear();
});

/** Rooms whose documents have these terms; the core has them all. */
const index = async (rooms: readonly (readonly (readonly string[])[])[], generation = 1) => {
  const parts = rooms.map((documents) => {
    const roomId = newId<RoomId>();
    keys.set(roomId, [searchKey(1, randomBytes(32))]);
    return {
      roomId,
      generation,
      keys: keys.get(roomId) ?? [],
      from: 0,
      to: documents.length,
      documents: documents.map((terms, at) => ({ position: at + 1, terms })),
    };
  });
  const { bodies } = await makeBatch({ counters, random }, { bucket: 8, noise: 0 }, parts);
  for (const body of bodies) core.append(body);
  return parts.map(({ roomId, to }) => ({ roomId, generations: [{ generation, position: to }] }));
};

const plansOf = async (
  rooms: QueryToPlan['rooms'],
  query: Query,
  { dummies = 0, named = rooms.map(({ roomId }) => roomId) } = {},
): Promise<Plan[]> => {
  const chosen = chooseRooms(rooms, new Set(named), query, dummies, random);
  return allOf(makePlans({ counters, random, keysOf }, query, chosen));
};

const allOf = async (bodies: AsyncIterable<Uint8Array>): Promise<Plan[]> => {
  const plans: Plan[] = [];
  for await (const body of bodies) plans.push(parsePlan(body));
  return plans;
};

const tokensIn = (plans: readonly Plan[]) =>
  plans.flatMap(({ rooms }) => rooms.flatMap(({ slots }) => slots.map(tokenCount)));

describe('plans of a query', () => {
  it('ask for each word in each room, as numbers that differ from room to room (R396)', async () => {
    const rooms = await index(Array.from({ length: 10 }, () => [['w:budget', 'w:draft'], ['w:budget']]));
    const plans = await plansOf(rooms, and(word('budget'), word('draft')));
    const counts = tokensIn(plans);
    // Ten rooms and two words.
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(20);
    const tokens = plans.flatMap((plan) => plan.rooms.flatMap(({ slots }) => slots.flatMap(hexOf)));
    expect(new Set(tokens).size).toBe(tokens.length);
    for (const { rooms: planned } of plans) {
      for (const { roomId, generation, slots } of planned) {
        expect(slots.map((slot) => core.find(roomId, generation, slot))).toEqual([[1, 2], [1]]);
      }
    }
  });

  it('tell by numbers of tokens neither which room lacks a word nor how often one is said, beyond a power of two', async () => {
    const said = (times: number) => Array.from({ length: times }, () => ['w:budget']);
    // One posting, none at all, and within a power of two of buckets of eight.
    const rooms = await index([said(1), [['w:other']], said(17), said(24), said(32), said(33), said(200)]);
    const [plan] = await plansOf(rooms, word('budget'));
    const counts = new Map(plan?.rooms.map(({ roomId, slots }) => [roomId, slots.map(tokenCount)]));
    expect(rooms.map(({ roomId }) => counts.get(roomId))).toEqual([[1], [1], [4], [4], [4], [8], [32]]);
    for (const count of tokensIn([plan as Plan])) expect(Math.log2(count) % 1).toBe(0);
  });

  it('come for 16 rooms first, then 64, 256 and 512 at a time, in the core’s order and shuffled within', async () => {
    const rooms = await index(Array.from({ length: 1000 }, () => [['w:budget']]));
    const plans = await plansOf(rooms, word('budget'));
    expect(plans.map((plan) => plan.rooms.length)).toEqual([16, 64, 256, 512, 152]);
    expect(plans.map(({ last }) => last)).toEqual([false, false, false, false, true]);
    const order = rooms.map(({ roomId }) => roomId);
    let at = 0;
    for (const { rooms: planned } of plans) {
      const named = planned.map(({ roomId }) => roomId);
      const expected = order.slice(at, at + named.length);
      expect(new Set(named)).toEqual(new Set(expected));
      if (named.length >= 64) expect(named).not.toEqual(expected);
      at += named.length;
    }
    expect(new Set(plans.map(({ expression }) => JSON.stringify(expression)))).toEqual(new Set(['["slot",0]']));
  });

  it('leave out rooms whose keys cannot be had now, and say how many those are', async () => {
    const rooms = await index(Array.from({ length: 20 }, () => [['w:budget']]));
    for (const { roomId } of [...rooms.slice(0, 2), ...rooms.slice(18)]) unreachable.add(roomId);
    const plans = await plansOf(rooms, word('budget'));
    expect(plans.map(({ unsearched, rooms: planned }) => [unsearched, planned.length])).toEqual([
      [2, 14],
      [2, 2],
    ]);
    for (const { roomId } of rooms) unreachable.add(roomId);
    expect((await plansOf(rooms, word('budget'))).map(({ unsearched }) => unsearched)).toEqual([16, 4]);
  });

  it('name only rooms that core and asker both named, and no other but an eighth as dummies (R397)', async () => {
    const rooms = await index(Array.from({ length: 20 }, () => [['w:budget'], ...Array(20).fill(['w:draft'])]));
    const mine = rooms.slice(0, 19).map(({ roomId }) => roomId);
    const [first, second] = mine as [RoomId, RoomId];
    const query: Query = ['and', { in: [first, second, newId<RoomId>()] }, word('draft')];
    const without = await plansOf(rooms, query, { named: mine });
    expect(new Set(without.flatMap((plan) => plan.rooms.map(({ roomId }) => roomId)))).toEqual(
      new Set([first, second]),
    );
    const [plan] = await plansOf(rooms, query, { named: mine, dummies: 1 / 8 });
    // An eighth of 17, rounded up; their tokens are as many as the others', and mean nothing.
    const others = plan?.rooms.filter(({ roomId }) => roomId !== first && roomId !== second) ?? [];
    expect(others).toHaveLength(3);
    for (const { roomId, generation, slots } of others) {
      expect(mine).toContain(roomId);
      expect(slots.map(tokenCount)).toEqual([4]);
      expect(slots.flatMap((slot) => core.find(roomId, generation, slot))).toEqual([]);
    }
  });

  it('make the next posting of a searched word start a bucket, in rooms that were asked and in no others', async () => {
    const rooms = await index([[['w:budget']], [['w:budget']]]);
    const [asked, left] = rooms.map(({ roomId }) => roomId) as [RoomId, RoomId];
    await plansOf(rooms, ['and', { in: [asked] }, word('budget')], { dummies: 1 });
    const lastBuckets = await counters.use(
      rooms.map(({ roomId }) => ({ roomId, generation: 1, position: 1, keys: keys.get(roomId) ?? [] })),
      async (opened) =>
        opened.map((each) => {
          const epoch = each?.epochs.at(-1);
          return epoch && each?.take(epoch, 'w:budget', 8);
        }),
    );
    expect([asked, left].map((roomId) => lastBuckets[rooms.findIndex((room) => room.roomId === roomId)])).toEqual([
      1, 0,
    ]);
  });

  it('ask over epochs, and the index that goes furthest', async () => {
    const [room] = await index([[['w:budget'], ['w:budget']]]);
    const { roomId } = room as { roomId: RoomId };
    keys.get(roomId)?.push(searchKey(2, randomBytes(32)));
    const part = { roomId, keys: keys.get(roomId) ?? [], documents: [{ position: 3, terms: ['w:budget'] }] };
    const older = await makeBatch({ counters, random }, { bucket: 8, noise: 0 }, [
      { ...part, generation: 1, from: 2, to: 3 },
    ]);
    const newer = await makeBatch({ counters, random }, { bucket: 8, noise: 0 }, [
      { ...part, generation: 2, from: 0, to: 3 },
    ]);
    for (const body of [...older.bodies, ...newer.bodies]) core.append(body);
    const found = async (...positions: [number, number]) => {
      const generations = positions.map((position, at) => ({ generation: at + 1, position }));
      const [plan] = await plansOf([{ roomId, generations }], word('budget'));
      return plan?.rooms.map((each) => [
        each.generation,
        core.find(roomId, each.generation, each.slots[0] as Uint8Array),
      ]);
    };
    expect(await found(3, 2)).toEqual([[1, [1, 2, 3]]]);
    expect(await found(3, 3)).toEqual([[2, [3]]]);
  });

  it('carry bounds and no room for a query of nothing', async () => {
    const rooms = await index([[['w:budget']]]);
    expect(await plansOf(rooms, null)).toEqual([{ last: true, expression: ['not', ['all']], slots: 0, rooms: [] }]);
    const [plan] = await plansOf(rooms, ['and', { sent: { from: -5, until: 1_700_000_000_000 } }, word('budget')]);
    expect(plan?.bounds).toEqual({ from: 0, until: 1_700_000_000_000 });
    expect(plan?.tellSlots).toBeUndefined();
  });

  it('ask which slots hold where a side of an OR is something that terms do not know', async () => {
    const rooms = await index([[['w:budget']]]);
    for (const [query, tellSlots] of [
      [['or', { in: [newId<RoomId>()] }, word('budget')], true],
      [['or', ['and', { sent: { from: 5 } }, word('draft')], word('budget')], true],
      [['not', ['and', { in: [newId<RoomId>()] }, word('budget')]], true],
      [['or', word('budget'), ['not', word('two words')]], true],
      [['or', word('budget'), word('two words')], undefined],
      [['and', { sent: { from: 5 } }, ['or', word('budget'), word('draft')]], undefined],
      [['and', word('budget'), ['not', word('two words')]], undefined],
    ] as const) {
      const [plan] = await plansOf(rooms, query);
      expect(plan?.tellSlots, JSON.stringify(query)).toBe(tellSlots);
    }
  });

  it('are not made over an index whose counters are gone, for silence would say that there is nothing', async () => {
    const rooms = await index([[['w:budget']], [['w:budget']]]);
    const { roomId } = rooms[0] as { roomId: RoomId };
    const further = rooms.map((room, at) =>
      at === 0 ? { ...room, generations: [{ generation: 1, position: 9 }] } : room,
    );
    await expect(plansOf(further, word('budget'))).rejects.toSatisfy(
      (fault) => fault instanceof LostIndexes && fault.indexes.length === 1 && fault.indexes[0]?.roomId === roomId,
    );
  });

  it('that are large are cut in the core’s order, a room that fits into none goes on in the next, and more than all hold are refused', async () => {
    const rooms = await index(Array.from({ length: 2 }, () => [['w:budget']]));
    for (const { roomId } of rooms) {
      const part = { roomId, generation: 1, position: 0, keys: keys.get(roomId) ?? [] };
      await counters.use([part], async ([opened]) => {
        const epoch = opened?.epochs.at(-1);
        for (let posting = 0; posting < 280_000; posting++) if (epoch) opened?.take(epoch, 'w:budget', 1);
      });
    }
    const namesOf = (plans: readonly Plan[]) => plans.map((plan) => plan.rooms.map(({ roomId }) => roomId));
    const [first, second] = rooms.map(({ roomId }) => roomId) as [RoomId, RoomId];
    const plans = await plansOf(rooms, word('budget'));
    expect(namesOf(plans)).toEqual([[first], [second]]);
    expect(plans.map(({ last, goesOn }) => [last, goesOn])).toEqual([
      [false, undefined],
      [true, undefined],
    ]);
    const either: [{ text: string; quoted: boolean }, ...{ text: string; quoted: boolean }[]] = [
      word('budget'),
      { text: 'budget', quoted: false },
      word('rare'),
    ];
    const pieces = await plansOf(rooms, ['or', ...either]);
    expect(namesOf(pieces)).toEqual([[first], [first], [second], [second]]);
    expect(pieces.map(({ last, goesOn }) => [last, goesOn])).toEqual([
      [false, true],
      [false, undefined],
      [false, true],
      [true, undefined],
    ]);
    const slotOf = (slot: number) =>
      Buffer.concat(pieces.slice(0, 2).map((plan) => plan.rooms[0]?.slots[slot] as Uint8Array));
    expect([0, 1, 2].map((slot) => tokenCount(slotOf(slot)))).toEqual([2 ** 19, 2 ** 19, 2]);
    expect(core.find(first, 1, slotOf(0))).toEqual([1]);
    for (const text of ['budgets', 'budgeted']) either.push({ text, quoted: false });
    await expect(plansOf(rooms, ['or', ...either])).rejects.toMatchObject({ code: 'search/too-broad' });
  }, 120_000);

  it('hold no more tokens for dummies than is cheap, however large the room asked in earnest', async () => {
    const large = Array.from({ length: 400 }, () => ['w:budget']);
    const rooms = await index([large, ...Array.from({ length: 400 }, () => [['w:other']])]);
    const [asked] = rooms.map(({ roomId }) => roomId) as [RoomId];
    for (const [times, count] of [
      [1, 64],
      // 32,768 tokens in earnest, which fifteen dummies beside it are not to have.
      [20_000, 1],
    ] as const) {
      const part = { roomId: asked, generation: 1, position: 0, keys: keys.get(asked) ?? [] };
      await counters.use([part], async ([opened]) => {
        const epoch = opened?.epochs.at(-1);
        for (let posting = 0; posting < times; posting++) if (epoch) opened?.take(epoch, 'w:budget', 1);
      });
      const plans = await plansOf(rooms, ['and', { in: [asked] }, word('budget')], { dummies: 1 });
      const others = plans.flatMap((plan) => plan.rooms.filter(({ roomId }) => roomId !== asked));
      expect(others).toHaveLength(400);
      expect(Math.max(...others.map(({ slots: [slot] }) => tokenCount(slot as Uint8Array)))).toBe(count);
    }
  });
});
