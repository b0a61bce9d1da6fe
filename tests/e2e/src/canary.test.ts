import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askSocket } from './canary/ask-socket.ts';
import type { Kind, Piece } from './canary/canaries.ts';
import { inDatabase } from './canary/databases.ts';
import { base64Forms, formsOf } from './canary/encodings.ts';
import { headerOf, pathOf, readConversation } from './canary/http-stream.ts';
import { knownIds } from './canary/known-ids.ts';
import { labels, type Observed, observe } from './canary/observed.ts';
import { canCapture, capturePort } from './canary/packet-capture.ts';
import {
  backendPieces,
  clusterPieces,
  databasePieces,
  filePieces,
  memoryPieces,
  oidsOf,
  trafficPieces,
} from './canary/places.ts';

// Issue 2, "How it shows" 3, and invariant 1: everything typed in a run is searched for wherever it must not be. The last
// block plants what must be found in each kind of place, so that an empty result means something.

const words: readonly Kind[] = ['content'];
const keys: readonly Kind[] = ['content-key', 'wrapping-key', 'main-key'];
const people: readonly Kind[] = ['person', 'password'];
const tokens: readonly Kind[] = ['core-token', 'kms-token', 'identity-token'];
const everything: readonly Kind[] = [...words, ...keys, ...people, ...tokens];
/** The core is shown its own token with each request and keeps none; those for others it never meets. */
const allButCoreTokens = everything.filter((kind) => kind !== 'core-token');

const kmsDatabases = labels.map((label) => `${label}_kms`);

describe.skipIf(!canCapture)('what people typed, their names, keys and tokens (needs root and tcpdump)', () => {
  let seen: Observed;
  let overlap: number;
  const pidOf = (server: string): number => {
    const pid = seen.all.deployment.pid(server);
    if (pid === undefined) throw new Error(`${server} does not run`);
    return pid;
  };
  const layout = () => seen.all.deployment.layout;

  beforeAll(async () => {
    seen = await observe();
    // Each server's memory surely holds the path of its own config: finding that proves that memory is searched.
    for (const server of servers()) seen.canaries.add('marker', `config of ${server}`, layout().server(server));
    overlap = seen.canaries.overlap;
  }, 600_000);
  afterAll(() => seen?.stop(), 120_000);

  const servers = () => [
    'core',
    'identity',
    'door',
    ...labels.flatMap((label) => [`${label}-kms`, `${label}-hsm`, `${label}-app`]),
    // Where documents can be converted; their function is off here.
    ...labels.map((label) => `${label}-transcoder`).filter((server) => seen.all.deployment.pid(server) !== undefined),
  ];

  it('are many: the run typed, made and handed out something of each kind', () => {
    const { canaries } = seen;
    expect(canaries.count('content')).toBeGreaterThanOrEqual(30);
    expect(canaries.count('content-key')).toBeGreaterThanOrEqual(12);
    expect(canaries.count('wrapping-key')).toBeGreaterThanOrEqual(3);
    expect(canaries.count('main-key')).toBe(1);
    expect(canaries.count('person')).toBeGreaterThanOrEqual(22);
    for (const kind of [...people, ...tokens]) expect(canaries.count(kind)).toBeGreaterThan(0);
  });

  describe('at rest', () => {
    it.each(['core', ...kmsDatabases])('are in no column of the database %s (R420)', async (database) => {
      const pieces = await databasePieces(seen.all, database);
      expect(pieces.length).toBeGreaterThan(0);
      expect(seen.canaries.find(everything, pieces)).toEqual([]);
    });

    it('are in no column of identity’s database, but names and addresses', async () => {
      const pieces = await databasePieces(seen.all, 'identity');
      expect(seen.canaries.find([...words, ...keys, ...tokens, 'password'], pieces)).toEqual([]);
    });

    it('are in no file of the database cluster and no record of its log, but identity’s own', async () => {
      const { cluster } = layout();
      const identity = await oidsOf(seen.all, ['identity']);
      expect(seen.canaries.find(everything, clusterPieces(cluster, identity, overlap))).toEqual([]);
      const withoutPeople = everything.filter((kind) => kind !== 'person');
      expect(seen.canaries.find(withoutPeople, clusterPieces(cluster, [], overlap))).toEqual([]);
    });

    it('are in no file of any server but identity', () => {
      for (const server of servers().filter((name) => name !== 'identity')) {
        expect(seen.canaries.find(everything, filePieces(layout().server(server), overlap))).toEqual([]);
      }
    });

    it('are in no file of identity but the evaluation’s list of people', () => {
      const pieces = [...filePieces(layout().server('identity'), overlap)].filter(
        ({ where }) => !/(people|provision|provisioned)\.json$|client\.secret$/.test(where),
      );
      expect(seen.canaries.find(everything, pieces)).toEqual([]);
    });

    it('are in no log of any server (R422)', () => {
      const logs = readdirSync(layout().logs);
      expect(logs.sort()).toEqual([...servers(), 'postgres'].map((server) => `${server}.log`).sort());
      expect(seen.canaries.find(everything, filePieces(layout().logs, overlap))).toEqual([]);
    });

    it('leave the files people shared as ciphertext of the same size', () => {
      const folder = join(layout().server('core'), 'files');
      const sizes = [...filePieces(folder, overlap)].map(({ bytes }) => bytes.length);
      expect(sizes).toContain(61 * 40_000);
    });
  });

  describe('in what the operator of a realm may see (R353)', () => {
    beforeAll(async () => {
      for (const id of await knownIds(seen.all, ['core', 'identity', ...kmsDatabases])) {
        seen.canaries.add('id', id, id);
        seen.canaries.add('id', `${id} as bytes`, Buffer.from(id.replaceAll('-', ''), 'hex'));
      }
    });

    it('are known here: people, devices, rooms, resources, keys', async () => {
      expect(seen.canaries.count('id')).toBeGreaterThan(200);
      const inCore = seen.canaries.find(['id'], await databasePieces(seen.all, 'core'));
      expect(inCore.some((line) => line.startsWith(`id: ${seen.roomId}, in `))).toBe(true);
    });

    it.each(labels)(
      'are in no log, metric or state of %s’s servers, and no id of anything but organisations and main keys',
      async (label) => {
        for (const server of servers().filter((name) => name.startsWith(`${label}-`))) {
          const logged = [...filePieces(layout().log(server), overlap)];
          expect(logged.length).toBeGreaterThan(0);
          const answers = await Promise.all(
            ['/metrics', '/readyz', '/healthz'].map((path) => askSocket(layout().health(server), path)),
          );
          expect(answers[0]).toMatch(/^# /m);
          const told = answers.map((text) => ({ where: `what ${server} tells`, bytes: Buffer.from(text) }));
          expect(seen.canaries.find([...everything, 'id'], [...logged, ...told])).toEqual([]);
          const all = Buffer.concat([...logged, ...told].map(({ bytes }) => bytes)).toString('latin1');
          expect(all).not.toMatch(/kms:\/\/|Bearer |eyJ|-----BEGIN/);
        }
      },
    );
  });

  describe('on the way', () => {
    const exchangesOf = (conversations: Observed['core']) =>
      conversations.flatMap((conversation) => readConversation(conversation).exchanges);

    it('are in no packet of the port where everything for the core goes in clear', () => {
      const paths = new Set(exchangesOf(seen.packets).map(({ request }) => pathOf(request).split('/')[1]));
      expect([...paths].sort()).toEqual(['conversation', 'encryption', 'files', 'mercury', 'u2c', 'v1', 'wdm']);
      expect(seen.canaries.find(allButCoreTokens, trafficPieces(seen.packets))).toEqual([]);
    });

    it('are in nothing that reaches the core, the realms’ links inside TLS included (R283, R421)', () => {
      const links = exchangesOf(seen.core).filter(({ request }) => pathOf(request) === '/realm/v1/connect');
      expect(links.length).toBeGreaterThanOrEqual(labels.length);
      expect(seen.canaries.find(allButCoreTokens, trafficPieces(seen.core))).toEqual([]);
    });

    it('go to key servers sealed: every message is for a channel, or opens one (R283, R289)', () => {
      const bodies = exchangesOf(seen.core).flatMap(({ request }) =>
        pathOf(request).startsWith('/encryption/') && request.body.length > 0 ? [request.body.toString()] : [],
      );
      const messages = bodies.flatMap((body) => (JSON.parse(body) as { kmsMessages?: string[] }).kmsMessages ?? []);
      const algorithms = messages.map((message) => {
        const header = Buffer.from(message.split('.')[0] ?? '', 'base64url').toString();
        const { alg, enc } = JSON.parse(header) as { alg: string; enc: string };
        return `${alg} ${enc}`;
      });
      expect(new Set(algorithms)).toEqual(new Set(['RSA-OAEP A256GCM', 'dir A256GCM']));
    });

    it('are in nothing that the core and the key servers ask identity (R421)', () => {
      const isFeed = (path: string) => path.startsWith('/identity/status/');
      const asked = exchangesOf(seen.identity).filter(({ request }) => isFeed(pathOf(request)));
      expect(asked.some(({ answer }) => (answer?.body.length ?? 0) > 0)).toBe(true);
      const pieces = asked.flatMap(({ request, answer }) => [
        { where: 'a question', bytes: Buffer.from(request.head, 'latin1') },
        { where: 'a question', bytes: request.body },
        ...(answer === undefined ? [] : [{ where: 'an answer', bytes: answer.body }]),
      ]);
      expect(seen.canaries.find(everything, pieces)).toEqual([]);
    });

    it('cannot hide in it: nothing there is compressed', () => {
      for (const { answer, request } of [...exchangesOf(seen.packets), ...exchangesOf(seen.core)]) {
        expect(headerOf(request, 'content-encoding')).toBeUndefined();
        if (answer === undefined) continue;
        expect(headerOf(answer, 'content-encoding')).toBeUndefined();
        expect(headerOf(answer, 'sec-websocket-extensions')).toBeUndefined();
      }
    });

    it('show no address in any spelling (R421)', () => {
      // As all addresses here end: masked text of frames is noise of letters and signs, in which `any@some.word` comes up.
      const address = /[a-z0-9._+-]{3,}(@|%40|\\u0040)[a-z0-9-]{3,}\.example/i;
      expect(seen.all.endpoints.people.every(({ email }) => address.test(email))).toBe(true);
      for (const { where, bytes } of trafficPieces([...seen.packets, ...seen.core])) {
        const text = Buffer.from(bytes).toString('latin1');
        // Ciphertext of files is every text there is.
        if (!where.startsWith('PUT /files') && !where.includes('GET /files')) expect(text).not.toMatch(address);
      }
    });
  });

  describe('in memory', () => {
    const search = (kinds: readonly Kind[], server: string) =>
      seen.canaries.find([...kinds, 'marker'], memoryPieces(pidOf(server), overlap));
    /** What is there but need not be told: that the search saw this very process. */
    const sawItself = (server: string, found: readonly string[]) => {
      const itself = found.filter((line) => line.startsWith(`marker: config of ${server},`));
      expect(itself.length).toBeGreaterThan(0);
      return found.filter((line) => !line.startsWith('marker'));
    };

    it('are unknown to the core: no content, key, name, address or other server’s token (R280, R287, R420)', () => {
      expect(sawItself('core', search(allButCoreTokens, 'core'))).toEqual([]);
    });

    it.each(['door', 'identity'])('have no content and no key in %s', (server) => {
      expect(sawItself(server, search([...words, ...keys], server))).toEqual([]);
    });

    it.each(labels)('are unknown to the program that serves %s’s web client', (label) => {
      expect(sawItself(`${label}-app`, search(everything, `${label}-app`))).toEqual([]);
    });

    it.each(labels)(
      'show no content, no name and no main key to %s’s key server, no content key to its hsm (R004, R006)',
      (label) => {
        const others: Kind[] = ['main-key', 'core-token', 'identity-token'];
        expect(sawItself(`${label}-kms`, search([...words, ...people, ...others], `${label}-kms`))).toEqual([]);
        const secrets: Kind[] = [...words, 'content-key', ...people, ...tokens];
        expect(sawItself(`${label}-hsm`, search(secrets, `${label}-hsm`))).toEqual([]);
      },
    );

    it('stay in their realm: no other’s key server and hsm has a key of Acme’s', () => {
      for (const server of ['globex-kms', 'globex-hsm', 'operator-kms', 'operator-hsm']) {
        const found = search([...keys, 'kms-token'], server);
        expect(
          sawItself(server, found).filter((line) => !/^wrapping-key: .* of (globex|operator), in /.test(line)),
        ).toEqual([]);
      }
    });

    it('leave no content and no key in the database server', () => {
      const postgres = pidOf('postgres');
      const shared = memoryPieces(postgres, overlap);
      expect(seen.canaries.find([...words, ...keys, ...tokens, 'password'], shared)).toEqual([]);
    });

    it('leave no name in the database server where it serves the core or a key server', async () => {
      // Both have just been asked, so a backend serves each.
      await seen.alice.client.rooms.whoCanRead(seen.roomId);
      for (const role of ['core', ...kmsDatabases]) {
        const pieces = [...backendPieces(pidOf('postgres'), role, overlap)];
        if (role === 'core' || role === 'acme_kms') expect(pieces.length).toBeGreaterThan(0);
        expect(seen.canaries.find(everything, pieces)).toEqual([]);
      }
    });
  });

  describe('would be found if they were there:', () => {
    const planted = (what: string) => {
      const text = `Żółw ${crypto.randomUUID()}`;
      seen.canaries.add('marker', what, text);
      return text;
    };
    const finds = (what: string, pieces: Iterable<Piece>) => {
      const found = seen.canaries.find(['marker'], pieces);
      expect(found.some((line) => line.startsWith(`marker: ${what}, in `))).toBe(true);
    };

    it('names and addresses are in identity’s database, files and part of the log', async () => {
      const { canaries, all } = seen;
      const expected = canaries.count('person');
      const found = canaries.find(['person'], await databasePieces(all, 'identity'));
      expect(new Set(found.map((line) => line.split(', in ')[0])).size).toBe(expected);
      const others = await oidsOf(all, ['core', ...kmsDatabases]);
      const inCluster = canaries.find(['person'], clusterPieces(layout().cluster, others, overlap));
      const [identity] = await oidsOf(all, ['identity']);
      expect(inCluster.some((line) => line.includes(`/base/${identity}/`))).toBe(true);
      expect(inCluster.some((line) => line.endsWith(`record about databases ${identity}`))).toBe(true);
    });

    it('the core’s own tokens are in its traffic, on the socket and in the packets', () => {
      for (const conversations of [seen.core, seen.packets])
        expect(seen.canaries.find(['core-token'], trafficPieces(conversations))).not.toEqual([]);
    });

    it('an uploaded main key is in the memory of the software keystore, and of no other server (R006)', () => {
      const holding = servers().filter(
        (server) => seen.canaries.find(['main-key'], memoryPieces(pidOf(server), overlap)).length > 0,
      );
      expect(holding).toEqual(['acme-hsm']);
    });

    it('ciphertext that the core stores is in the packets, as sent', async () => {
      const rows = await inDatabase(seen.all, 'core', (client) =>
        client.query<{ title: string }>('select title from rooms where title is not null'),
      );
      const sent = Buffer.concat([...trafficPieces(seen.packets)].map(({ bytes }) => Buffer.from(bytes)));
      for (const { title } of rows.rows) expect(sent.includes(title)).toBe(true);
    });

    it('an id in a realm’s log', () => {
      appendFileSync(layout().log('acme-kms'), `{"event":"planted","roomId":"${seen.roomId}"}\n`);
      const found = seen.canaries.find(['id'], filePieces(layout().log('acme-kms'), overlap));
      expect(found.some((line) => line.startsWith(`id: ${seen.roomId}, in `))).toBe(true);
    });

    it('a row of the core’s database, in any form', async () => {
      const text = planted('a row');
      const forms = formsOf(text).filter((form) => !form.includes(0));
      const pieces = await inDatabase(seen.all, 'core', async (client) => {
        await client.query('create table planted (form text, bytes bytea)');
        for (const form of forms)
          await client.query('insert into planted values ($1, null), (null, $2)', [form.toString(), form]);
        await client.query('checkpoint');
        return databasePieces(seen.all, 'core');
      });
      const inTable = pieces.filter(({ where }) => where.startsWith('table planted '));
      expect(inTable.length).toBe(forms.length * 3);
      // Each row, as text and as bytes: only the hex rendering of a form is something else again.
      const missed = inTable.filter(
        (piece) => !piece.bytes.subarray(0, 40).includes(0x5c) && seen.canaries.find(['marker'], [piece]).length === 0,
      );
      expect(missed).toEqual([]);
      const identity = await oidsOf(seen.all, ['identity']);
      const inCluster = seen.canaries.find(['marker'], clusterPieces(layout().cluster, identity, overlap));
      const [core] = await oidsOf(seen.all, ['core']);
      expect(inCluster.some((line) => line.startsWith(`marker: a row, in /base/${core}/`))).toBe(true);
      expect(inCluster).toContain(`marker: a row, in the log, record about databases ${core}`); //.toBe(true);
    });

    it('a line of a log, a file and a file’s name', () => {
      appendFileSync(layout().log('core'), `{"path":"/x?q=${encodeURIComponent(planted('a line'))}"}\n`);
      finds('a line', filePieces(layout().logs, overlap));
      const folder = layout().server('core');
      writeFileSync(
        join(folder, 'file'),
        Buffer.concat([Buffer.alloc(9_000_000, 7), base64Forms(Buffer.from(planted('a file')))[2] ?? Buffer.alloc(0)]),
      );
      finds('a file', filePieces(folder, overlap));
      writeFileSync(join(folder, Buffer.from(planted('a name')).toString('hex')), '');
      finds('a name', filePieces(folder, overlap));
    });

    it('a request on the captured port, as it is and within a masked frame', async () => {
      const port = Number(new URL(seen.all.endpoints.core).port);
      const [inBody, inFrame] = [planted('a body'), planted('a frame')];
      const capture = await capturePort(port, join(seen.all.data, 'planted.pcap'));
      try {
        await fetch(`${seen.all.endpoints.core}/metrics/api/v1/x`, {
          method: 'POST',
          body: JSON.stringify({ inBody }),
        });
        const socket = new WebSocket(await chloesSocket());
        await once(socket, 'open');
        socket.send(JSON.stringify({ inFrame }));
        await once(socket, 'close');
        const last = `/v1/ping?last=${crypto.randomUUID()}`;
        await fetch(`${seen.all.endpoints.core}${last}`);
        const packets = await capture.end(last);
        const found = seen.canaries.find(['marker'], trafficPieces(packets));
        expect(found).toContainEqual(expect.stringMatching(/^marker: a body, in POST \/metrics/));
        expect(found).toContainEqual(expect.stringMatching(/^marker: a frame, in a frame of GET \/mercury/));
      } finally {
        capture.stop();
      }
    });

    it('a word in a process’s memory, as text and as bytes', async () => {
      const words = [planted('a text in memory'), planted('bytes in memory')];
      // Sent as hex, turned round: what is found is what the process made of it.
      const script = `process.stdin.once('data', (sent) => {
        const [text, bytes] = String(sent).trim().split(' ').map((hex) => Buffer.from(hex, 'hex').reverse());
        globalThis.kept = [text.toString(), bytes];
        console.log('kept');
      });`;
      const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
      try {
        child.stdin.write(`${words.map((word) => Buffer.from(word).reverse().toString('hex')).join(' ')}\n`);
        await once(child.stdout, 'data');
        finds('a text in memory', memoryPieces(child.pid ?? 0, overlap));
        finds('bytes in memory', memoryPieces(child.pid ?? 0, overlap));
      } finally {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    });
  });

  const chloesSocket = async (): Promise<string> => {
    const token = await seen.chloe.session.coreToken();
    const answer = await fetch(`${seen.all.endpoints.core}/wdm/api/v1/devices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        deviceName: 'x',
        deviceType: 'WEB',
        name: 'x',
        model: 'x',
        localizedModel: 'x',
        systemName: 'x',
        systemVersion: '1',
      }),
    });
    return ((await answer.json()) as { webSocketUrl: string }).webSocketUrl;
  };
});
