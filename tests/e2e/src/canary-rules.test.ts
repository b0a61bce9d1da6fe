import type { Session } from '@cloister/sdk';
import { type Constellation, constellation } from '@cloister/testkit';
import { parseKmsUri } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askSocket } from './canary/ask-socket.ts';
import { Canaries } from './canary/canaries.ts';
import { inDatabase, textColumnsOf } from './canary/databases.ts';
import { labels } from './canary/observed.ts';
import { type Spoken, speak } from './canary/spoken.ts';
import { withSession } from './sdk/sdk-person.ts';

// What the search for canaries cannot say: that what lies there is sealed as the protocol says, and who is told what.

let all: Constellation;
let canaries: Canaries;
let spoken: Spoken;

beforeAll(async () => {
  all = await constellation();
  canaries = new Canaries();
  spoken = await speak(all, canaries);
}, 600_000);
afterAll(async () => {
  await spoken?.close();
  await all?.stop();
}, 120_000);

const coreRows = <Row extends object>(query: string): Promise<Row[]> =>
  inDatabase(all, 'core', async (client) => (await client.query<Row>(query)).rows);

const compactJwe = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Every member of a stored object that a person wrote: sealed or not there. A person's own `displayName` is their id. */
const writtenIn = (value: unknown): string[] => {
  if (value === null || typeof value !== 'object') return [];
  if ('objectType' in value && value.objectType === 'person') return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    ['displayName', 'content', 'scr'].includes(name) && typeof member === 'string' ? [member] : writtenIn(member),
  );
};

const headerOf = (jwe: string): unknown => JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString());

describe('what the core stores', () => {
  it('is sealed with AES-256-GCM: every text, title, file name and file reference (R286, R289)', async () => {
    const rows = await coreRows<{ object: string }>('select object from activities');
    const titles = await coreRows<{ title: string }>('select title from rooms where title is not null');
    const written = [
      ...rows.flatMap(({ object }) => writtenIn(JSON.parse(object))),
      ...titles.map(({ title }) => title),
    ];
    expect(written.length).toBeGreaterThanOrEqual(16);
    for (const text of written) {
      expect(text).toMatch(compactJwe);
      expect(headerOf(text)).toEqual({ alg: 'dir', enc: 'A256GCM' });
    }
  });

  it('says of everything sealed under which key of which key server (R311)', async () => {
    const rows = await coreRows<{ object: string; key_uri: string | null }>(
      'select object, key_uri from activities where not deleted',
    );
    const titles = await coreRows<{ title_key: string }>('select title_key from rooms where title is not null');
    const sealed = rows.filter(({ object }) => writtenIn(JSON.parse(object)).length > 0);
    const uris = [...sealed.map(({ key_uri }) => key_uri), ...titles.map(({ title_key }) => title_key)];
    expect(sealed.length).toBeGreaterThanOrEqual(10);
    const known = await inDatabase(all, 'acme_kms', async (client) =>
      (await client.query<{ key_id: string }>('select key_id from content_key')).rows.map(({ key_id }) => key_id),
    );
    for (const uri of uris) {
      const { host, path } = /^kms:\/\/(?<host>[^/]+)\/(?<path>.+)$/.exec(uri ?? '')?.groups ?? {};
      expect(parseKmsUri(uri ?? '')).toBeDefined();
      expect(host).toBe('kms.acme.example');
      expect(known.map((id) => `keys/${id}`)).toContain(path);
    }
  });

  it('is, of what goes to the key server, sealed for a channel with AES-256-GCM (R283, R289)', async () => {
    const rows = await coreRows<{ sealed: string; reply: string | null }>('select sealed, reply from intents');
    // The sealed half is forgotten once the key server decided; its reply is kept for who asked.
    const messages = rows
      .flatMap(({ sealed, reply }) => [sealed, reply])
      .filter((text) => text !== null && text !== '');
    expect(messages.length).toBeGreaterThanOrEqual(6);
    for (const message of messages as string[]) {
      expect(headerOf(message)).toMatchObject({ alg: 'dir', enc: 'A256GCM' });
      expect(headerOf(message)).toMatchObject({ kid: expect.stringMatching(/^kms:\/\/kms\.acme\.example\/ecdhe\//) });
    }
  });
});

describe('ids', () => {
  it('are random and 128 bits, of people and organisations and in every id column of core and key servers (R420)', async () => {
    const { people, organisations } = all.endpoints;
    const given = [...people, ...organisations].map(({ id }) => id);
    expect(new Set(given).size).toBe(given.length);
    for (const id of given) expect(id).toMatch(uuid);
    for (const database of ['core', ...labels.map((label) => `${label}_kms`)]) {
      const values = await inDatabase(all, database, async (client) => {
        const columns = await client.query<{ table: string; column: string }>(
          `select table_name as table, column_name as column from information_schema.columns
           where table_schema = 'public' and data_type = 'uuid'`,
        );
        const found = [];
        for (const { table, column } of columns.rows)
          found.push(
            ...(
              await client.query<{ id: string }>(
                `select distinct ${column} as id from ${table} where ${column} is not null`,
              )
            ).rows,
          );
        return found;
      });
      if (database === 'core' || database === 'acme_kms') expect(values.length).toBeGreaterThan(20);
      for (const { id } of values) expect(id).toMatch(uuid);
    }
  });

  it.each(['core', ...labels.map((label) => `${label}_kms`)])(
    'are all that %s keeps of people: no column is for a name or an address, and none holds one (R420)',
    async (database) => {
      const columns = await textColumnsOf(all, database);
      expect(columns.length).toBeGreaterThan(3);
      const named = columns.filter(({ column }) => /name|mail|phone|address|person|display/.test(column));
      // The names of the realm's own keys and of migrations.
      expect(named.filter(({ table }) => !/realm_secret|migration/.test(table))).toEqual([]);
      const address = '[[:alnum:]._+-]+(@|%40)[[:alnum:]-]+[.][[:alpha:]]+';
      await inDatabase(all, database, async (client) => {
        for (const { table, column } of columns) {
          const held = await client.query(`select 1 from ${table} where ${column}::text ~* $1`, [address]);
          expect([table, column, held.rowCount]).toEqual([table, column, 0]);
        }
      });
    },
  );

  it('are not even in metrics, nor is anything people typed (R423)', async () => {
    const { layout } = all.deployment;
    const servers = [
      'core',
      'identity',
      'door',
      ...labels.flatMap((label) => [`${label}-kms`, `${label}-hsm`, `${label}-app`]),
    ];
    for (const server of servers) {
      const text = await askSocket(layout.health(server), '/metrics');
      expect(text).not.toBe('');
      expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
      expect(
        canaries.find(
          ['content', 'content-key', 'person', 'password', 'core-token', 'kms-token', 'identity-token'],
          [{ where: server, bytes: Buffer.from(text) }],
        ),
      ).toEqual([]);
    }
  });
});

describe('tokens', () => {
  const asked = async (url: string, token: string | undefined, init: RequestInit = {}) =>
    fetch(url, {
      ...init,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });

  it('for a key server, identity or nobody are refused at the core (R284)', async () => {
    const { session } = spoken.alice;
    const { core } = all.endpoints;
    const others = [
      (await session.kmsCredential()).bearer,
      await session.peopleToken(),
      await session.fullToken(),
      undefined,
    ];
    const paths = [
      'conversation/api/v1/conversations',
      'wdm/api/v1/devices',
      `conversation/api/v1/conversations/${spoken.roomId}`,
    ];
    for (const path of paths) {
      expect((await asked(`${core}/${path}`, await session.coreToken())).status).toBeLessThan(401);
      for (const token of others) expect([path, (await asked(`${core}/${path}`, token)).status]).toEqual([path, 401]);
    }
  });

  it('for the core get no key from a key server (R284)', async () => {
    const { session } = spoken.alice;
    const confused: Session = new Proxy(session, {
      get: (target, name) => {
        if (name === 'kmsCredential')
          return async () => ({ ...(await target.kmsCredential()), bearer: await target.coreToken() });
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const device = await withSession(confused);
    await expect(device.client.rooms.create({ title: 'no' })).rejects.toMatchObject({
      code: expect.stringMatching(/^kms\/unauthenticated|^client\/not-signed-in/),
    });
    await device.close();
  });

  it('without the scope, or none, tell nobody’s name or address (R424)', async () => {
    const { identity, core } = all.endpoints;
    const { session } = spoken.alice;
    const ben = all.person('ben');
    const lookUps: [string, RequestInit][] = [
      [`${identity}/api/v1/people?query=Ben`, {}],
      [`${identity}/api/v1/people?email=${encodeURIComponent(ben.email)}`, {}],
      [`${identity}/api/v1/people/lookup`, { method: 'POST', body: JSON.stringify({ ids: [ben.id] }) }],
      [`${identity}/api/v1/me`, {}],
      [`${identity}/api/v1/organisation/people`, {}],
      [`${core}/conversation/api/v1/users`, { method: 'POST', body: JSON.stringify([{ email: ben.email }]) }],
    ];
    const useless = [undefined, 'nonsense', await session.coreToken(), (await session.kmsCredential()).bearer];
    for (const [url, init] of lookUps) {
      for (const token of useless) {
        const answer = await asked(url, token, init);
        expect([401, 403]).toContain(answer.status);
        const text = await answer.text();
        for (const told of [ben.name, ben.email, ben.id]) expect(text).not.toContain(told);
      }
    }
    const [url, init] = lookUps[1] ?? ['', {}];
    expect(await (await asked(url, await session.peopleToken(), init)).text()).toContain(ben.name);
  });
});

describe('who is not a member of a room', () => {
  it('gets 404 for everything of it, the same as for a room that is not there (R286)', async () => {
    const token = await spoken.chloe.session.coreToken();
    const { core } = all.endpoints;
    const [file] = await coreRows<{ id: string }>(`select id from files where room_id = '${spoken.roomId}'`);
    const answers = async (room: string, fileId: string) => {
      const base = `${core}/conversation/api/v1/conversations/${room}`;
      const post = {
        verb: 'post',
        objectType: 'activity',
        object: { objectType: 'comment', displayName: 'e30.a.a.a.a' },
      };
      const requests: [string, string, object | undefined][] = [
        ['GET', base, undefined],
        ['GET', `${base}/activities?after=0&limit=10`, undefined],
        ['PUT', `${base}/space`, {}],
        [
          'POST',
          `${base}/activities`,
          { ...post, encryptionKeyUrl: 'kms://kms.acme.example/keys/6ba7b810-9dad-41d1-80b4-00c04fd430c8' },
        ],
        ['GET', `${core}/files/v1/${fileId}`, undefined],
      ];
      const told = [];
      for (const [method, url, body] of requests) {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const answer = await fetch(url, {
          method,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const { trackingId: _, ...problem } = (await answer.json()) as Record<string, unknown>;
        told.push({ method, status: answer.status, problem });
      }
      return told;
    };
    const nowhere = await answers(crypto.randomUUID(), crypto.randomUUID());
    expect(await answers(spoken.roomId, file?.id ?? '')).toEqual(nowhere);
    for (const { status } of nowhere) expect(status).toBe(404);
  });

  it('is told of no event in it (R286)', () => {
    // The room she is in was made last: what she should have been told of the others would have come before.
    expect(spoken.chloesEvents.some((event) => event.includes(spoken.lastRoomId))).toBe(true);
    expect(spoken.chloesEvents.filter((event) => event.includes(spoken.roomId))).toEqual([]);
  });
});
