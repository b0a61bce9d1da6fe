import { randomUUID } from 'node:crypto';
import { type Database, sql } from '@cloister/database';
import type { RoomId } from '@cloister/wire';
import type { Asker, BenchMessage, BenchRoom, BenchWorld } from './world.ts';

/** As long as a sealed message of usual length. */
const sealedObject = JSON.stringify({ objectType: 'comment', displayName: 'x'.repeat(250) });

/** The rooms as the core has them, and the table of the peer: the same messages in the open. */
export async function writeRooms(db: Database, world: BenchWorld): Promise<void> {
  const [creator] = world.people;
  await db.execute(sql`
    insert into rooms (id, organisation_id, kms_host, resource_uri, head, created_by, created_at, updated_at)
    select id, ${world.organisationId}, 'kms.bench', 'kms://kms.bench/resources/' || id, head, ${creator}, to_timestamp(0), now()
    from unnest(${world.rooms.map(({ id }) => id)}::uuid[], ${world.rooms.map(({ messages }) => messages)}::bigint[]) as r (id, head)`);
  await db.execute(sql`
    create table plain (room_id uuid, position bigint, published timestamptz, body text,
      words tsvector generated always as (to_tsvector('english', body)) stored)`);
}

/** What was said in a room, in the core's log as its own writers leave it, and in the peer's table. */
export async function writeLog(db: Database, room: BenchRoom, messages: readonly BenchMessage[]): Promise<void> {
  const positions = messages.map(({ position }) => position);
  const times = messages.map(({ published }) => new Date(published));
  await db.execute(sql`
    insert into activities (room_id, position, id, actor_id, verb, published, object)
    select ${room.id}, position, id, actor, 'post', published, ${sealedObject}
    from unnest(${positions}::bigint[], ${messages.map(() => randomUUID())}::uuid[],
      ${messages.map(({ actor }) => actor)}::uuid[], ${times}::timestamptz[]) as a (position, id, actor, published)`);
  await db.execute(sql`update rooms set updated_at = ${times.at(-1)} where id = ${room.id}`);
  await db.execute(sql`
    insert into plain (room_id, position, published, body) select ${room.id}, position, published, body
    from unnest(${positions}::bigint[], ${times}::timestamptz[], ${messages.map(({ text }) => text)}::text[])
      as p (position, published, body)`);
}

/** Makes the peer's index, once its rows are there. */
export async function indexPlain(db: Database): Promise<void> {
  await db.execute(sql`create index plain_words on plain using gin (words)`);
  await db.execute(sql`vacuum analyze`);
}

/** Lets somebody into their rooms; gives the rooms as the core orders them for a query: the newest entry first. */
export async function join(db: Database, world: BenchWorld, asker: Asker): Promise<Asker> {
  await db.execute(sql`
    insert into memberships (room_id, user_id, organisation_id, joined_position)
    select room_id, ${asker.id}, ${world.organisationId}, 0
    from unnest(${asker.rooms.map(({ id }) => id)}::uuid[]) as r (room_id)`);
  const rows = await db.rows(sql<{ id: RoomId }>`
    select r.id from rooms r join memberships m on m.room_id = r.id where m.user_id = ${asker.id} order by r.updated_at desc`);
  const rooms = new Map(asker.rooms.map((room) => [room.id, room]));
  return { id: asker.id, rooms: rows.flatMap(({ id }) => rooms.get(id) ?? []) };
}
