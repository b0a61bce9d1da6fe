import { randomBytes } from 'node:crypto';
import { sql } from '@cloister/database';
import { newId, type Plan, type RoomId, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SearchIndex } from './search-index.ts';
import { everyHit, TestLog } from './testing/test-log.ts';

let log: TestLog;
let index: SearchIndex;
let roomId: RoomId;
const asker = newId<UserId>();
const key = randomBytes(32);
/** So many that a segment has several pages. */
const messages = 60;
const tokens = Array.from({ length: messages }, () => randomBytes(10 * 24));
const common = randomBytes(10);
/** What every page has something of. */
const everything = Buffer.concat([common, ...tokens]);

beforeAll(async () => {
  log = await TestLog.open();
});
afterAll(() => log.end());
beforeEach(async () => {
  await log.db.execute(sql`delete from search_indexes`);
  await log.db.execute(sql`delete from search_key`);
  index = await log.index({ key });
  roomId = await log.room(asker);
  for (let at = 1; at <= messages; at += 1) await log.post(roomId, at);
});

const part = (from: number, to: number, room = roomId) => ({
  roomId: room,
  generation: 1,
  from,
  to,
  documents: tokens
    .slice(from, to)
    .map((list, at) => ({ position: from + at + 1, tokens: Buffer.concat([common, list]) })),
});

const plan = (token: Uint8Array, room = roomId): Plan => ({
  last: true,
  expression: ['slot', 0],
  slots: 1,
  rooms: [{ roomId: room, generation: 1, slots: [token] }],
});

const find = async (token: Uint8Array, by: SearchIndex, room = roomId) =>
  (await everyHit(by, { asker, organisationId: log.organisationId, rooms: [room] }, [plan(token, room)]))
    .map(({ position }) => position)
    .sort((a, b) => a - b);

/** One that has nothing opened yet. */
const fresh = () => log.index({ key });
const damaged = expect.objectContaining({ code: 'core/index-damaged' });

describe('the index at rest (R394)', () => {
  it('finds every token in batches and in pages alike', async () => {
    await index.append(log.organisationId, [part(0, 40)]);
    await index.append(log.organisationId, [part(40, 50)]);
    const check = async (by: SearchIndex) => {
      for (let at = 0; at < 50; at += 7) {
        expect(await find((tokens[at] as Buffer).subarray(30, 40), by)).toEqual([at + 1]);
      }
      expect(await find(common, by)).toHaveLength(50);
    };
    await check(index);
    expect(await index.compact(true)).toBe(1);
    await check(index);
    await check(await fresh());
    const { pages, postings } = await index.size(log.organisationId);
    expect(pages).toBeGreaterThan(5);
    expect(postings).toBe(50 * 25);
  });

  it('holds nothing of a token, and two indexes with the same tokens share no stored bytes', async () => {
    const other = await log.room(asker);
    for (let at = 1; at <= messages; at += 1) await log.post(other, at);
    await index.append(log.organisationId, [part(0, 50), part(0, 50, other)]);
    await index.compact(true);
    await index.append(log.organisationId, [part(50, 60), part(50, 60, other)]);
    const rows = await log.db.rows(sql<{ room: RoomId; sealed: Buffer }>`
      select i.room_id as room, x.sealed from search_indexes i join (
        select index_id as id, sealed from search_pages union all select index_id, sealed from search_batches
        union all select index_id, sealed from search_segments union all select id, head from search_indexes) as x
      using (id)`);
    expect(rows.length).toBeGreaterThan(15);
    const bytesOf = (room: RoomId) =>
      Buffer.concat(rows.filter((row) => row.room === room).map(({ sealed }) => sealed));
    const [own, others] = [bytesOf(roomId), bytesOf(other)];
    const seen = new Set<string>();
    for (let at = 0; at + 8 <= own.length; at += 1) seen.add(own.toString('latin1', at, at + 8));
    for (let at = 0; at + 8 <= others.length; at += 1)
      expect(seen.has(others.toString('latin1', at, at + 8))).toBe(false);
    for (const list of [...tokens, common]) {
      for (let at = 0; at < list.length; at += 10) expect(own.includes(list.subarray(at, at + 6))).toBe(false);
    }
  });

  it.each([
    [
      'a page of another place',
      sql`
      update search_pages p set sealed = o.sealed from search_pages o
      where o.page = 1 and p.page = 0 and o.index_id = p.index_id and o.segment = p.segment`,
    ],
    ['a cut page', sql`update search_pages set sealed = substr(sealed, 1, octet_length(sealed) - 1)`],
    ['a page that is gone', sql`delete from search_pages where page < 1000`],
    ['a changed directory', sql`update search_segments set sealed = set_byte(sealed, 70, 255 - get_byte(sealed, 70))`],
    ['a directory that is gone', sql`delete from search_segments`],
    ['a changed head', sql`update search_indexes set head = set_byte(head, 70, 255 - get_byte(head, 70))`],
    ['a head that is gone', sql`update search_indexes set head = null`],
    ['a head of another time', sql`update search_indexes set compactions = compactions + 1`],
    ['a batch that is gone', sql`delete from search_batches where until = 55`],
    ['the last batch gone', sql`delete from search_batches where until = 60`],
    [
      'a batch in another place',
      sql`
      update search_batches b set sealed = o.sealed from search_batches o where b.until = 55 and o.until = 60`,
    ],
  ])('says so when it meets %s, and finds no part of the truth', async (_, tampering) => {
    await index.append(log.organisationId, [part(0, 50)]);
    await index.compact(true);
    await index.append(log.organisationId, [part(50, 55)]);
    await index.append(log.organisationId, [part(55, 60)]);
    expect(await find(everything, await fresh())).toHaveLength(60);
    await log.db.execute(tampering);
    await expect(find(everything, await fresh())).rejects.toEqual(damaged);
    expect(log.logged.at(-1)).toContain('search.damaged');
    expect(log.logged.at(-1)).toContain(roomId);
  });

  it('does not take an older page for a newer one, nor a room’s for another’s', async () => {
    await index.append(log.organisationId, [part(0, 10)]);
    await index.compact(true);
    const old = await log.db.one(sql<{ sealed: Buffer }>`select sealed from search_pages where page = 0`);
    await index.append(log.organisationId, [part(10, 60)]);
    await index.compact(true);
    await log.db.execute(sql`update search_pages set sealed = ${old.sealed} where page = 0`);
    await expect(find(everything, await fresh())).rejects.toEqual(damaged);
  });

  it('says at start that the key is another, and starts over when told to', async () => {
    await index.append(log.organisationId, [part(0, 20)]);
    const other = randomBytes(32);
    await expect(log.index({ key: other })).rejects.toMatchObject({
      code: 'config/invalid',
      message: expect.stringContaining('"reset": true'),
    });
    expect(await find(common, await fresh())).toHaveLength(20);
    const anew = await log.index({ key: other, reset: true });
    expect(await find(common, anew)).toEqual([]);
    const [answer] = await anew.append(log.organisationId, [part(0, 20)]);
    expect(answer).toMatchObject({ accepted: true, position: 20 });
    // Left in the configuration, it drops nothing more.
    expect(await find(common, await log.index({ key: other, reset: true }))).toHaveLength(20);
    await expect(log.index({ key })).rejects.toMatchObject({ code: 'config/invalid' });
  });

  it('refuses a key that is not 32 bytes', async () => {
    await expect(log.index({ key: randomBytes(31) })).rejects.toMatchObject({ code: 'config/invalid' });
  });
});
