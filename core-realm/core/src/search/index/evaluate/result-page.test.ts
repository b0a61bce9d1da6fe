import { randomBytes } from 'node:crypto';
import type { Database, Sql } from '@cloister/database';
import { newId, type Plan, type RoomId, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everyHit, given, TestLog } from '../testing/test-log.ts';

const minute = 60_000;
const rooms = 40;
const messages = 12;
const token = randomBytes(10);
const key = randomBytes(32);

let log: TestLog;
beforeAll(async () => {
  log = await TestLog.open();
});
afterAll(() => log.end());

/** Remembers how many documents were looked up in the log. */
const counting = (db: Database, counts: number[]): Database => ({
  ...db,
  rows: (statement: Sql<never>) => {
    const isLookUp = statement.text.includes('as d (room_id, position, ord)');
    if (isLookUp) counts.push((statement.values[0] as readonly RoomId[]).length);
    return db.rows(statement);
  },
});

it('looks up about a page of candidates over all rooms together, however many there are (R397)', async () => {
  const asker = newId<UserId>();
  const ids: RoomId[] = [];
  const index = await log.index({ key });
  for (let room = 0; room < rooms; room += 1) {
    const roomId = await log.room(asker);
    ids.push(roomId);
    for (let at = 0; at < messages; at += 1) await log.post(roomId, (at * rooms + room) * 5 * minute);
    const documents = Array.from({ length: messages }, (_, at) => ({ position: at + 1, tokens: token }));
    await index.append(log.organisationId, [{ roomId, generation: 1, from: 0, to: messages, documents }]);
  }
  await index.compact(true);
  const plan: Plan = {
    last: true,
    expression: ['slot', 0],
    slots: 1,
    rooms: ids.map((roomId) => ({ roomId, generation: 1, slots: [token] })),
  };
  const request = { asker, organisationId: log.organisationId, rooms: ids, size: 10 };
  const counts: number[] = [];
  const reader = await log.index({ key, db: counting(log.db, counts) });
  const page = reader.search(request, given([plan]));
  const first = await page.next();
  expect(first.value).toHaveLength(10);
  // What the page holds and one more.
  expect(counts).toEqual([11]);
  expect(await everyHit(reader, request, [plan])).toHaveLength(rooms * messages);
});

it('does not tell of what was deleted, or whose room its asker left, between two plans (R397)', async () => {
  const asker = newId<UserId>();
  const index = await log.index({ key });
  const roomWith = async (times: readonly number[]) => {
    const roomId = await log.room(asker);
    for (const time of times) await log.post(roomId, time * minute);
    const documents = times.map((_, at) => ({ position: at + 1, tokens: token }));
    await index.append(log.organisationId, [{ roomId, generation: 1, from: 0, to: times.length, documents }]);
    return roomId;
  };
  const [kept, left, last] = [await roomWith([10, 20, 30]), await roomWith([15]), await roomWith([25, 90])];
  const common = { expression: ['slot', 0], slots: 1 } as const;
  const inRooms = (...ids: readonly RoomId[]) => ids.map((roomId) => ({ roomId, generation: 1, slots: [token] }));
  async function* plans(): AsyncGenerator<Plan> {
    yield { ...common, last: false, rooms: inRooms(kept, left) };
    await log.write(kept, { verb: 'delete', published: 95 * minute, target: 2 });
    await log.leave(left, asker);
    yield { ...common, last: true, rooms: inRooms(last) };
  }
  const request = { asker, organisationId: log.organisationId, rooms: [kept, left, last] };
  const times: number[] = [];
  for await (const hits of index.search(request, plans()))
    times.push(...hits.map(({ published }) => published / minute));
  expect(times).toEqual([90, 30, 25, 10]);
});
