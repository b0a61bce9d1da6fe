import { randomBytes } from 'node:crypto';
import { type Database, sql } from '@cloister/database';
import { newId, type OrganisationId, type RoomId } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeBatch } from '../batches/make-batch.ts';
import { openTestDatabase } from '../testing/open-test-database.ts';
import { RandomSource } from '../tokens/random-source.ts';
import { type SearchKey, searchKey } from '../tokens/search-key.ts';
import { closed, lastBucket, next } from './counter.ts';
import { CounterTable } from './counter-table.ts';
import { Counters } from './counters.ts';
import type { OpenedIndex } from './opened-index.ts';
import { writeTermId } from './term-id.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const organisationId = newId<OrganisationId>();
const random = new RandomSource(randomBytes);

let database: Database;
let drop: () => Promise<void>;
let counters: Counters;
let roomId: RoomId;
let keys: SearchKey[];
beforeAll(async () => {
  ({ database, drop } = await openTestDatabase());
});
afterAll(() => drop());
beforeEach(() => {
  counters = new Counters({ database, organisationId });
  roomId = newId();
  keys = [searchKey(1, randomBytes(32))];
});

const restart = (options: { maxEntries?: number } = {}) => {
  counters = new Counters({ database, organisationId, ...options });
};

const add = (from: number, to: number, terms: readonly string[], room = roomId) =>
  makeBatch({ counters, random }, { bucket: 8, noise: 0 }, [
    { roomId: room, generation: 1, keys, from, to, documents: [{ position: to, terms }] },
  ]);

/** The last bucket of a term in each epoch; null when the index is lost. */
const bucketsOf = (term: string, { position = 0, room = roomId, by = keys } = {}) =>
  counters.use([{ roomId: room, generation: 1, position, keys: by }], async ([index]) => {
    const found: number[] = [];
    index?.find(term, (_, last) => found.push(last));
    return index === null ? null : found;
  });

const rowsOf = (room = roomId) =>
  database.rows(
    sql<{ number: number; is_snapshot: boolean; epoch: number }>`select number, is_snapshot, epoch from counters
      where room_id = ${room} order by epoch, number`,
  );

const search = (terms: readonly string[], position = 1) =>
  counters.use([{ roomId, generation: 1, position, keys }], ([index]) =>
    counters.searched(index ? [[index, terms]] : []),
  );

const announced = async () =>
  (await database.one(sql<{ unwritten: boolean }>`select unwritten from counter_runs`)).unwritten;

describe('a counter', () => {
  it('fills each bucket in order, and none that was closed', () => {
    const taken = (steps: readonly ('take' | 'close')[], size: number) => {
      let counter = 0;
      const held = new Map<number, number>();
      for (const step of steps) {
        if (step === 'close') counter = closed(counter);
        else {
          const shut = counter !== 0 && closed(counter) === counter;
          const before = counter === 0 ? -1 : lastBucket(counter);
          counter = next(counter, size);
          const bucket = lastBucket(counter);
          expect(bucket - before === 0 ? !shut : bucket - before === 1).toBe(true);
          held.set(bucket, (held.get(bucket) ?? 0) + 1);
        }
      }
      return held;
    };
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('take' as const, 'take' as const, 'close' as const)),
        fc.integer({ min: 1, max: 254 }),
        (steps, size) => {
          for (const count of taken(steps, size).values()) expect(count).toBeLessThanOrEqual(size);
        },
      ),
      { numRuns },
    );
    expect([...taken(Array(20).fill('take'), 8).values()]).toEqual([8, 8, 4]);
    expect(taken(Array(600).fill('take'), 254).size).toBe(3);
  });

  it('stays in its last bucket rather than begin anew', () => {
    const last = ((2 ** 24 - 1) << 8) >>> 0;
    for (const counter of [last + 254, last + 255, last + 8]) expect(lastBucket(next(counter, 8))).toBe(2 ** 24 - 1);
  });
});

describe('a table of counters', () => {
  it('holds what a map would hold, in whatever pieces it was stored', () => {
    const id = fc.record({ low: fc.integer({ min: 0, max: 2 ** 32 - 1 }), high: fc.integer({ min: 0, max: 3 }) });
    const few = fc.record({ low: fc.integer({ min: 0, max: 20 }), high: fc.constant(0) });
    const entry = fc.tuple(fc.oneof(id, few), fc.integer({ min: 1, max: 2 ** 32 - 1 }));
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 60 }), { maxLength: 6 }), (pieces) => {
        const map = new Map<string, number>();
        const whole = new CounterTable();
        const merged = new CounterTable();
        for (const piece of pieces) {
          const part = new CounterTable();
          for (const [key, counter] of piece) {
            map.set(`${key.low} ${key.high}`, counter);
            whole.set(key, counter);
            part.set(key, counter);
          }
          merged.merge(part.bytes());
        }
        for (const table of [whole, merged]) {
          expect(table.size).toBe(map.size);
          for (const [key, counter] of map) {
            const [low = 0, high = 0] = key.split(' ').map(Number);
            expect(table.get({ low, high })).toBe(counter);
          }
        }
        expect(merged.get({ low: 21, high: 4 })).toBe(0);
      }),
      { numRuns },
    );
  });

  it('takes at most 33 bytes for an entry, so that five million fit beside everything else', () => {
    const table = new CounterTable();
    const id = { low: 0, high: 0 };
    for (let count = 1; count <= 300_000; count++) {
      writeTermId(id, `w:${count}`);
      table.set(id, 1);
      if (count > 1000 && count % 997 === 0) expect(table.capacityBytes / count).toBeLessThanOrEqual(33);
    }
    expect(table.size).toBe(300_000);
  });

  it('knows a term by the same id on every machine, for what is stored is found by it', () => {
    const ids = ['', 'w:budget', 'c:会議', 'c:검색', 'from:8a3f4c1e-9d52-4a77-b0b1-0f6f3f6f1a11'].map((term) => {
      const id = { low: 0, high: 0 };
      writeTermId(id, term);
      return [id.low, id.high];
    });
    expect(ids).toMatchInlineSnapshot(`
      [
        [
          3050980734,
          1224468546,
        ],
        [
          2427059301,
          4100300312,
        ],
        [
          2763278429,
          3670970399,
        ],
        [
          2988978032,
          1146858778,
        ],
        [
          157929890,
          917948280,
        ],
      ]
    `);
    expect(new Set(ids.map(String)).size).toBe(5);
  });
});

describe('counters', () => {
  it('are read again after a restart, from a snapshot and what changed since', async () => {
    for (let at = 0; at < 40; at++) await add(at, at + 1, ['w:budget', `w:${at}`]);
    const rows = await rowsOf();
    expect(rows.filter(({ is_snapshot }) => is_snapshot)).toHaveLength(1);
    expect(rows.length).toBeLessThan(40);
    expect(rows[0]?.is_snapshot).toBe(true);
    restart();
    expect(await bucketsOf('w:budget', { position: 40 })).toEqual([4]);
    expect(await bucketsOf('w:39', { position: 40 })).toEqual([0]);
    expect(await bucketsOf('w:40', { position: 40 })).toEqual([]);
  });

  it('are kept for each epoch of the search key', async () => {
    for (let at = 0; at < 9; at++) await add(at, at + 1, ['w:budget']);
    keys.push(searchKey(2, randomBytes(32)));
    for (let at = 9; at < 12; at++) await add(at, at + 1, ['w:budget']);
    restart();
    expect(await bucketsOf('w:budget', { position: 12 })).toEqual([1, 0]);
  });

  it('stand in the database sealed: no term, and nothing that another key, room or organisation opens (R394)', async () => {
    await add(0, 1, ['w:budget-canary']);
    const [{ all } = { all: '' }] = await database.rows(
      sql<{ all: string }>`select string_agg(c::text, ' ') as all from counters c where room_id = ${roomId}`,
    );
    const id = { low: 0, high: 0 };
    writeTermId(id, 'w:budget-canary');
    const low = Buffer.alloc(4);
    low.writeUInt32LE(id.low);
    expect(all).not.toContain(Buffer.from('canary').toString('hex'));
    expect(all).not.toContain(low.toString('hex'));
    restart();
    expect(await bucketsOf('w:budget-canary', { by: [searchKey(1, randomBytes(32))] })).toBeNull();
    counters = new Counters({ database, organisationId: newId() });
    expect(await bucketsOf('w:budget-canary')).toBeNull();
    const other = newId<RoomId>();
    await database.execute(sql`update counters set room_id = ${other} where room_id = ${roomId}`);
    restart();
    expect(await bucketsOf('w:budget-canary', { room: other })).toBeNull();
  });

  it('are lost, and say so, when a row is missing, altered or from before', async () => {
    const alterations = [
      (room: RoomId) => sql`delete from counters where room_id = ${room} and number = 2`,
      (room: RoomId) => sql`delete from counters where room_id = ${room} and number = 1`,
      (room: RoomId) => sql`delete from counters where room_id = ${room} and number = 4`,
      (room: RoomId) => sql`delete from counters where room_id = ${room}`,
      (room: RoomId) => sql`update counters set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)
        where room_id = ${room} and number = 3`,
      (room: RoomId) => sql`update counters set to_position = 9 where room_id = ${room} and number = 4`,
      (room: RoomId) => sql`update counters set is_snapshot = true where room_id = ${room} and number = 1`,
    ];
    for (const [at, alter] of alterations.entries()) {
      roomId = newId();
      for (let position = 0; position < 4; position++) await add(position, position + 1, ['w:budget']);
      restart();
      expect(await bucketsOf('w:budget', { position: 4 })).toEqual([0]);
      await database.execute(alter(roomId));
      restart();
      expect([at, await bucketsOf('w:budget', { position: 4 })]).toEqual([at, null]);
    }
  });

  it('are not lost because of a search key that is newer than those at hand', async () => {
    await add(0, 1, ['w:budget']);
    const old = [...keys];
    keys.push(searchKey(2, randomBytes(32)));
    await add(1, 2, ['w:budget']);
    restart();
    await expect(bucketsOf('w:budget', { by: old })).rejects.toMatchObject({ code: 'kms/unavailable' });
    expect(await bucketsOf('w:budget', { by: keys.slice(1) })).toBeNull();
    expect(await bucketsOf('w:budget')).toEqual([0, 0]);
  });

  it('of an index that another process went on with are read again', async () => {
    await add(0, 1, ['w:budget']);
    const other = counters;
    restart();
    await add(
      1,
      2,
      Array.from({ length: 1 }, () => 'w:draft'),
    );
    counters = other;
    expect(await bucketsOf('w:draft', { position: 2 })).toEqual([0]);
  });

  it('that could not be stored do not count, and whoever wrote at the same time is told', async () => {
    await add(0, 1, ['w:budget']);
    const other = counters;
    restart();
    await add(1, 2, ['w:draft']);
    counters = other;
    await expect(add(1, 2, ['w:draft'])).rejects.toMatchObject({ code: 'platform/conflict' });
    expect(await bucketsOf('w:draft', { position: 2 })).toEqual([0]);
    await add(2, 3, ['w:draft']);
    expect(await bucketsOf('w:draft', { position: 3 })).toEqual([0]);
  });

  it('stay in memory as far as they fit, those used last, and are found all the same', async () => {
    restart({ maxEntries: 400 });
    const rooms = Array.from({ length: 20 }, () => newId<RoomId>());
    for (const room of rooms)
      await add(
        0,
        1,
        Array.from({ length: 50 }, (_, term) => `w:${term}`),
        room,
      );
    for (const room of rooms) expect(await bucketsOf('w:7', { room, position: 1 })).toEqual([0]);
    expect(counters.entries).toBeLessThanOrEqual(500);
    expect(counters.entries).toBeGreaterThan(0);
  });

  it('leave nothing in memory when they are wiped, and nobody goes on counting from nothing', async () => {
    await add(0, 1, ['w:budget']);
    let held: OpenedIndex | null = null;
    const work = counters.use([{ roomId, generation: 1, position: 1, keys }], async ([index]) => {
      held = index ?? null;
      counters.wipe();
      return counters.searched(index ? [[index, ['w:budget']]] : []);
    });
    await expect(work).rejects.toMatchObject({ code: 'platform/unavailable' });
    expect(counters.entries).toBe(0);
    expect((held as OpenedIndex | null)?.size).toBe(0);
    expect(await bucketsOf('w:budget', { position: 1 })).toEqual([0]);
  });

  it('that are wiped while they are being read do not come back', async () => {
    await add(0, 1, ['w:budget']);
    restart();
    const reading = bucketsOf('w:budget', { position: 1 });
    counters.wipe();
    await expect(reading).rejects.toMatchObject({ code: 'platform/unavailable' });
    expect(counters.entries).toBe(0);
  });

  it('are read once for many who ask at the same time', async () => {
    await add(0, 1, ['w:budget']);
    restart();
    const indexes = await Promise.all(
      Array.from({ length: 5 }, () =>
        counters.use([{ roomId, generation: 1, position: 1, keys }], async ([index]) => index),
      ),
    );
    expect(new Set(indexes).size).toBe(1);
  });

  it('are forgotten with their index', async () => {
    await add(0, 1, ['w:budget']);
    await counters.drop({ roomId, generation: 1 });
    expect(await rowsOf()).toEqual([]);
    expect(await bucketsOf('w:budget')).toEqual([]);
  });
});

describe('that a term was searched', () => {
  beforeEach(async () => {
    await counters.finish();
    await database.execute(sql`update counter_runs set unwritten = false`);
    restart();
    await add(0, 1, ['w:budget', 'w:draft']);
  });

  it('is announced once before anybody sees the plan, and stored with what is stored next of the index', async () => {
    expect(await announced()).toBe(false);
    expect(await search(['w:budget', 'w:never'])).toBe(1);
    expect([await announced(), (await rowsOf()).length]).toEqual([true, 1]);
    expect(await search(['w:budget'])).toBe(0);
    await add(1, 2, ['w:budget', 'w:draft']);
    expect((await rowsOf()).length).toBe(2);
    expect([await bucketsOf('w:budget'), await bucketsOf('w:draft')]).toEqual([[1], [0]]);
  });

  it('holds after a process that died: the next posting of every term that may have been starts a bucket', async () => {
    await search(['w:budget']);
    restart();
    expect(await bucketsOf('w:budget', { position: 1 })).toEqual([0]);
    restart();
    await add(1, 2, ['w:budget', 'w:draft']);
    expect([await bucketsOf('w:budget'), await bucketsOf('w:draft')]).toEqual([[1], [1]]);
    restart();
    await add(2, 3, ['w:budget', 'w:draft']);
    expect([await bucketsOf('w:budget'), await bucketsOf('w:draft')]).toEqual([[1], [1]]);
  });

  it('holds for whoever reads the index two deaths later', async () => {
    await search(['w:budget']);
    restart();
    const before = roomId;
    roomId = newId();
    await add(0, 1, ['w:other']);
    await search(['w:other']);
    roomId = before;
    restart();
    await add(1, 2, ['w:budget']);
    expect(await bucketsOf('w:budget')).toEqual([1]);
  });

  it('is all that holds after a process that ended well', async () => {
    await search(['w:budget']);
    await counters.finish();
    expect([await announced(), counters.entries]).toEqual([false, 0]);
    restart();
    await add(1, 2, ['w:budget', 'w:draft']);
    expect([await bucketsOf('w:budget'), await bucketsOf('w:draft')]).toEqual([[1], [0]]);
  });

  it('holds when memory was wiped, and when what came next could not be stored', async () => {
    await search(['w:budget']);
    counters.wipe();
    await add(1, 2, ['w:budget']);
    expect(await bucketsOf('w:budget')).toEqual([1]);
    await search(['w:budget'], 2);
    await database.execute(sql`alter table counters add constraint none check (to_position <> 3) not valid`);
    await expect(add(2, 3, ['w:budget'])).rejects.toMatchObject({ code: 'platform/internal' });
    await database.execute(sql`alter table counters drop constraint none`);
    await add(2, 3, ['w:budget']);
    expect(await bucketsOf('w:budget')).toEqual([2]);
    await search(['w:budget'], 3);
    await counters.finish();
    expect(await announced()).toBe(false);
  });

  it('is stored before the index leaves memory', async () => {
    restart({ maxEntries: 0 });
    await search(['w:budget']);
    // Whoever comes next has it stored, and the one after finds it gone.
    while ((await rowsOf()).length === 1) await counters.use([], async () => undefined);
    await counters.use([], async () => undefined);
    expect(counters.entries).toBe(0);
    await add(1, 2, ['w:budget', 'w:draft']);
    expect([await bucketsOf('w:budget'), await bucketsOf('w:draft')]).toEqual([[1], [0]]);
  });

  it('cannot be promised by a process after which another began', async () => {
    const other = counters;
    restart();
    await bucketsOf('w:budget');
    counters = other;
    await expect(search(['w:budget'])).rejects.toMatchObject({ code: 'platform/conflict' });
    expect(await announced()).toBe(false);
  });
});
