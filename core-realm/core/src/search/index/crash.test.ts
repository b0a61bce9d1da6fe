import { randomBytes } from 'node:crypto';
import { type Database, type Queries, sql } from '@cloister/database';
import { newId, type Plan, type RoomId, type RoomPostings, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchIndex } from './search-index.ts';
import { everyHit, TestLog } from './testing/test-log.ts';

const key = randomBytes(32);
const asker = newId<UserId>();
const common = randomBytes(10);
let log: TestLog;
beforeAll(async () => {
  log = await TestLog.open();
});
afterAll(() => log.end());

const room = async (messages: number): Promise<RoomId> => {
  const roomId = await log.room(asker);
  for (let at = 1; at <= messages; at += 1) await log.post(roomId, at);
  return roomId;
};

const part = (roomId: RoomId, from: number, to: number): RoomPostings => ({
  roomId,
  generation: 1,
  from,
  to,
  documents: Array.from({ length: to - from }, (_, at) => ({
    position: from + at + 1,
    tokens: Buffer.concat([common, randomBytes(10 * 31)]),
  })),
});

const find = async (index: SearchIndex, rooms: readonly RoomId[], size = 500) => {
  const plan: Plan = {
    last: true,
    expression: ['slot', 0],
    slots: 1,
    rooms: rooms.map((roomId) => ({ roomId, generation: 1, slots: [common] })),
  };
  const request = { asker, organisationId: log.organisationId, rooms, size };
  return (await everyHit(index, request, [plan])).map(({ position }) => position);
};

const upTo = (count: number) => Array.from({ length: count }, (_, at) => count - at);

/** A database whose connections break inside transactions from the statement of this number on. */
const breakingAt = (db: Database, number: number) => {
  let asked = 0;
  const breaking = (tx: Queries): Queries => {
    const step = async <T>(ask: () => Promise<T>): Promise<T> => {
      if (asked++ >= number) await tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
      return ask();
    };
    return {
      rows: (statement) => step(() => tx.rows(statement)),
      one: (statement) => step(() => tx.one(statement)),
      maybe: (statement) => step(() => tx.maybe(statement)),
      execute: (statement) => step(() => tx.execute(statement)),
    };
  };
  const broken: Database = {
    ...db,
    transaction: (work, options) => db.transaction((tx) => work(breaking(tx)), options),
  };
  return { db: broken, isOver: () => asked <= number };
};

describe('whoever dies in the middle', () => {
  it('of an append, at any statement, loses and doubles nothing: the index stands where it stood (R391)', async () => {
    const roomId = await room(8);
    const index = await log.index({ key });
    for (let number = 0, isOver = false; !isOver; number += 1) {
      const broken = breakingAt(log.db, number);
      const dying = await log.index({ key, db: broken.db });
      const outcome = await dying.append(log.organisationId, [part(roomId, 0, 8)]).catch(() => undefined);
      isOver = broken.isOver();
      if (!isOver) {
        expect(outcome).toBeUndefined();
        expect(await find(index, [roomId])).toEqual([]);
      }
    }
    expect(await find(index, [roomId])).toEqual(upTo(8));
    expect(await index.append(log.organisationId, [part(roomId, 0, 8)])).toEqual([
      { roomId, generation: 1, position: 8, accepted: false },
    ]);
  });

  it('of a compaction, at any statement, loses and doubles nothing (R394)', async () => {
    const roomId = await room(60);
    const index = await log.index({ key });
    await index.append(log.organisationId, [part(roomId, 0, 50)]);
    await index.compact(true);
    await index.append(log.organisationId, [part(roomId, 50, 60)]);
    await log.write(roomId, { verb: 'delete', published: 100, target: 60 });
    const living = upTo(59);
    const { postings } = await index.size(log.organisationId);
    let deaths = 0;
    for (let number = 0, isOver = false; !isOver; number += 1) {
      const broken = breakingAt(log.db, number);
      const changed = await (await log.index({ key, db: broken.db })).compact(true);
      isOver = broken.isOver();
      if (!isOver && changed === 0) deaths += 1;
      expect(await find(await log.index({ key }), [roomId])).toEqual(living);
    }
    expect(deaths).toBeGreaterThanOrEqual(8);
    expect(log.logged.join('')).toContain('search.not-compacted');
    const after = await index.size(log.organisationId);
    expect(after.postings).toBe(postings - 32);
    expect(await log.db.one(sql`select count(*)::int as count from search_batches`)).toEqual({ count: 0 });
  });
});

it('appends, compacts in two places and is searched at the same time, and every answer is whole (R397)', async () => {
  const rooms = await Promise.all([room(40), room(40), room(40)]);
  const [one, two] = [await log.index({ key }), await log.index({ key, cacheBytes: 4096 })];
  const begun = log.logged.length;
  let indexed = 0;
  const append = async () => {
    for (; indexed < 40; indexed += 2) {
      const answers = await one.append(
        log.organisationId,
        rooms.map((roomId) => part(roomId, indexed, indexed + 2)),
      );
      expect(answers.every(({ accepted }) => accepted)).toBe(true);
    }
  };
  const compact = async (by: SearchIndex) => {
    while (indexed < 40) await by.compact(true);
  };
  const search = async (by: SearchIndex) => {
    while (indexed < 40) {
      const least = indexed;
      const hits = await find(by, rooms);
      // Of what was in before, all; of what came meanwhile, some; of each message one.
      for (const position of upTo(least)) expect(hits.filter((hit) => hit === position)).toHaveLength(3);
      expect(new Set(hits).size * 3).toBeGreaterThanOrEqual(hits.length);
    }
  };
  await Promise.all([append(), compact(one), compact(two), search(one), search(two)]);
  expect((await find(two, rooms)).sort((a, b) => b - a)).toEqual(upTo(40).flatMap((at) => [at, at, at]));
  expect(log.logged.slice(begun).join('')).not.toContain('index-damaged');
});
