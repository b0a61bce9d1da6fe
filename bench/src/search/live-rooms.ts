import { randomUUID } from 'node:crypto';
import { seeded } from '@cloister/search-tests';
import type { Constellation } from '@cloister/testkit';
import pg from 'pg';
import { bearer } from '../load/device.ts';
import { until } from '../load/drive.ts';
import { SocketHttp } from '../load/http.ts';
import { type LoadRoom, makeRooms } from '../load/room.ts';
import { superuser } from '../load/superuser.ts';
import { English } from './english.ts';

/** Rooms of a real deployment whose people say a lot at once, while its indexers work. */
export interface LiveRooms {
  readonly english: English;
  /** Puts so many sealed messages into each room's log, past the core, so that nobody is told of them yet. */
  write(messages: number): Promise<void>;
  /** A message in each room, the usual way: now the indexer hears of all of them. Resolves when everything is in the index. */
  index(): Promise<void>;
  close(): Promise<void>;
}

export async function openLiveRooms(all: Constellation, count: number): Promise<LiveRooms> {
  const rooms = await makeRooms(all, count);
  const client = new pg.Client({ ...superuser(all), database: 'core' });
  await client.connect();
  const http = new SocketHttp(all.deployment.layout.socket('core'), all.endpoints.core);
  const english = new English('bench/english');
  const random = seeded('bench/live');
  const isIndexed = async () => {
    const { rows } = await client.query(
      `select count(*)::int as left from rooms r where id = any ($1::uuid[])
       and not exists (select from search_indexes s where s.room_id = r.id and s.position = r.head)`,
      [rooms.map(({ id }) => id)],
    );
    return rows[0]?.left === 0;
  };
  const post = (room: LoadRoom) =>
    http.json('POST', `${room.path}/activities`, bearer(room.tokens), {
      verb: 'post',
      objectType: 'activity',
      clientTempId: randomUUID(),
      actor: { id: room.tokens.userId, objectType: 'person' },
      object: { objectType: 'comment', displayName: room.sealedText },
      target: { id: room.id, objectType: 'conversation' },
      encryptionKeyUrl: room.keyUri,
    });
  return {
    english,
    write: async (messages) => {
      for (const room of rooms) {
        const objects: string[] = [];
        for (let made = 0; made < messages; made++) {
          const displayName = await room.seal(english.message(random));
          objects.push(JSON.stringify({ objectType: 'comment', displayName }));
        }
        await client.query(
          `with moved as (update rooms set head = head + $5, updated_at = now() where id = $1 returning head - $5 as base)
           insert into activities (room_id, position, id, actor_id, verb, published, object, key_uri)
           select $1, base + ord, gen_random_uuid(), $2, 'post', now(), object, $3
           from moved, unnest($4::text[]) with ordinality as o (object, ord)`,
          [room.id, room.tokens.userId, room.keyUri, objects, messages],
        );
      }
    },
    index: async () => {
      await Promise.all(rooms.map(post));
      await until(isIndexed);
    },
    close: async () => {
      await client.end();
      http.close();
    },
  };
}
