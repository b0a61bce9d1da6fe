import { type Database, openDatabase, sql } from '@cloister/database';
import { database, type TestDatabase } from '@cloister/testkit';
import { type ActivityId, keyLimits, newId, type RoomId, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NewActivity } from '../domain/stored-activity.ts';
import { appendPosts } from './post-statement.ts';
import { deleteMembers } from './room-writes.ts';

let base: TestDatabase;
let db: Database;
const [roomId, alice] = [newId<RoomId>(), newId<UserId>()];
const key = `kms://kms.acme.test/keys/${newId()}`;
const now = new Date(0);

beforeAll(async () => {
  base = await database();
  const { host, database: name, user, credentialFile } = base;
  db = openDatabase({ host, database: name, user, credentialFile });
  await db.migrate(new URL('../../migrations/', import.meta.url));
  await db.execute(sql`
    insert into rooms (id, organisation_id, kms_host, resource_uri, head, default_key, created_by, created_at, updated_at)
    values (${roomId}, ${newId()}, 'kms.acme.test', 'r', 0, ${key}, ${alice}, ${now}, ${now})`);
  await db.execute(sql`
    insert into memberships (room_id, user_id, organisation_id, joined_position) values (${roomId}, ${alice}, ${newId()}, 1)`);
  await db.execute(sql`
    insert into live_keys (room_id, uri, shared, authorization_version, bound_at) values (${roomId}, ${key}, true, 1, ${now})`);
});
afterAll(async () => {
  await db.close();
  await base.drop();
});

const post = (clientTempId: string | null = null): NewActivity => ({
  roomId,
  id: newId<ActivityId>(),
  actorId: alice,
  verb: 'post',
  object: '{"objectType":"comment"}',
  keyUri: key,
  parentId: null,
  parentType: null,
  clientTempId,
  cloister: null,
  extra: null,
});

/** Waits until a statement of this database waits for a lock. */
const waiting = async () => {
  const find = sql<{ count: number }>`
    select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await db.one(find)).count === 0);
};

it('places a batch in order, gapless, and finds repeats', async () => {
  const rows = await appendPosts(db, [post('a'), post(), post('b')], now, keyLimits);
  expect(rows.map(({ position }) => position)).toEqual([1, 2, 3]);
  const [again] = await appendPosts(db, [post('a')], now, keyLimits);
  expect([again?.duplicate, again?.position]).toEqual([1, null]);
});

it('places nothing on what it read before a departure that it waited for (R314)', async () => {
  let racing: ReturnType<typeof appendPosts> | undefined;
  await db.transaction(async (tx) => {
    await tx.execute(sql`update rooms set version = version + 1 where id = ${roomId}`);
    await deleteMembers(tx, roomId, [alice], 2);
    racing = appendPosts(db, [post('racing')], now, keyLimits);
    await waiting();
  });
  const [row] = (await racing) ?? [];
  expect([row?.member, row?.keyStale, row?.position]).toEqual([true, false, null]);
  const [after] = await appendPosts(db, [post('racing')], now, keyLimits);
  expect([after?.member, after?.keyStale, after?.position]).toEqual([false, true, null]);
  expect((await db.one(sql<{ head: number }>`select head from rooms where id = ${roomId}`)).head).toBe(3);
});
