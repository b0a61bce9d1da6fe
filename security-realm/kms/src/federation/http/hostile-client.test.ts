import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { rawTls, until, untilEnd } from '../testing/raw-client.ts';
import { streamPair } from '../testing/stream-pair.ts';
import { TestAuthority } from '../testing/test-authority.ts';
import { type TestPeer, TestPeers } from '../testing/test-peer.ts';
import { postRoute, type Route } from './route.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const HOST = 'host: kms.acme.example\r\n';
const JSON_TYPE = 'content-type: application/json\r\n';
const PATH = '/federation/v1/echo';

let reached = 0;
let held: PromiseWithResolvers<void> | null = null;
const routes: Route[] = [
  postRoute(PATH, z.object({ text: z.string() }), async ({ body }) => {
    reached += 1;
    await held?.promise;
    return { status: 200, body };
  }),
  {
    method: 'GET',
    path: '/federation/v1/fails',
    answer: async () => Promise.reject(new TypeError('hunter2 in a row')),
  },
];

let peers: TestPeers;
let acme: TestPeer;
let globex: TestPeer;
const open: Duplex[] = [];

beforeAll(async () => {
  peers = new TestPeers(await TestAuthority.open(new Date()));
  acme = await peers.add('kms.acme.example', {
    routes,
    limits: {
      headersMs: 300,
      requestMs: 600,
      lookMs: 20,
      idleMs: 60_000,
      connectionsFrom: 4,
      requests: { perSecond: 1_000_000, burst: 1_000_000 },
    },
  });
  globex = await peers.add('kms.globex.example');
});
afterAll(() => peers.close());
beforeEach(async () => {
  const closed = open.map((stream) => stream.closed || new Promise((resolve) => stream.once('close', resolve)));
  for (const stream of open.splice(0)) stream.destroy();
  await Promise.all(closed);
  [reached, acme.logged] = [0, ''];
});

/** A connection of a realm that proved who it is, and now does what it likes. */
const connection = async (): Promise<TLSSocket> => {
  const [near, far] = await streamPair();
  void acme.federation.accept(far);
  const { keyPem, certificatePem } = await (await globex.credentials()).current();
  const socket = rawTls(near, { servername: acme.kmsHost, key: keyPem, cert: certificatePem });
  open.push(far);
  return socket;
};

/** What comes back for these bytes until the connection is ended, or the first answer when it is kept. */
const answerTo = async (bytes: string | Uint8Array): Promise<{ status: number; text: string; isKept: boolean }> => {
  const socket = await connection();
  const ended = untilEnd(socket);
  const first = until(socket, /^HTTP\/1\.1 \d{3} [\s\S]*?\r\n\r\n/).catch(() => '');
  socket.write(bytes);
  const answered = await first;
  const isKept = answered !== '' && !/\r\nconnection: close/i.test(answered);
  const text = isKept ? answered : await ended;
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, isKept };
};

const post = (body: string, headers = JSON_TYPE) =>
  `POST ${PATH} HTTP/1.1\r\n${HOST}${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('what a hostile peer sends', () => {
  it('is answered when it is in order', async () => {
    expect(await answerTo(post('{"text":"x"}'))).toMatchObject({ status: 200, isKept: true });
    expect(reached).toBe(1);
  });

  const get = (path: string, headers = HOST) => `GET ${path} HTTP/1.1\r\n${headers}\r\n`;
  it.each<[string, string, number, boolean]>([
    ['a body that says it is too large', post('').replace('length: 0', 'length: 1048577'), 413, false],
    ['JSON in two characters’ disguise', post('{"text":"x"}', 'content-type: text/json\r\n'), 415, false],
    ['a body of no type', post('{"text":"x"}', ''), 415, false],
    ['JSON in UTF-16', post('{"text":"x"}', 'content-type: application/json; charset=utf-16\r\n'), 415, false],
    ['a packed body', post('{"text":"x"}', `${JSON_TYPE}content-encoding: gzip\r\n`), 415, false],
    ['what is no JSON', post('{"text":'), 400, false],
    ['a reserved name', post('{"__proto__":{"a":1}}'), 400, false],
    ['nesting without end', post('['.repeat(100_000)), 400, false],
    ['another shape', post('{"text":1}'), 400, true],
    ['no body at all', `POST ${PATH} HTTP/1.1\r\n${HOST}${JSON_TYPE}\r\n`, 400, false],
    [
      'a body where none belongs',
      `GET /federation/v1/realm HTTP/1.1\r\n${HOST}content-length: 2\r\n\r\n{}`,
      400,
      false,
    ],
    ['an unknown path', get('/federation/v1/nothing'), 404, false],
    ['a path that climbs', get('/federation/v1/../v1/realm'), 404, false],
    ['a query', get('/federation/v1/realm?x'), 404, false],
    ['a whole address', get('http://kms.globex.example/federation/v1/realm'), 404, false],
    ['another method', `DELETE /federation/v1/realm HTTP/1.1\r\n${HOST}\r\n`, 404, false],
    ['another host', get('/federation/v1/realm', 'host: kms.globex.example\r\n'), 400, false],
    ['a host with a port', get('/federation/v1/realm', 'host: kms.acme.example:443\r\n'), 400, false],
    ['no host', get('/federation/v1/realm', ''), 400, false],
    ['two hosts', get('/federation/v1/realm', `${HOST}${HOST}`), 400, false],
    ['headers without end', get('/federation/v1/realm', `${HOST}x: ${'y'.repeat(9000)}\r\n`), 431, false],
    ['a header within a header', get('/federation/v1/realm', `${HOST}x: a\nhost: b\r\n`), 400, false],
    ['a NUL in a header', get('/federation/v1/realm', `${HOST}x: a\0b\r\n`), 400, false],
    ['a name with a space', get('/federation/v1/realm', `${HOST}x y: z\r\n`), 400, false],
    [
      'two lengths',
      `POST ${PATH} HTTP/1.1\r\n${HOST}${JSON_TYPE}content-length: 2\r\ncontent-length: 12\r\n\r\n{"text":"x"}`,
      400,
      false,
    ],
    [
      'a length and chunks',
      `POST ${PATH} HTTP/1.1\r\n${HOST}${JSON_TYPE}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      false,
    ],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, false],
  ])('%s is refused, and no handler is reached', async (_, bytes, status, isKept) => {
    const answer = await answerTo(bytes);
    expect(answer).toMatchObject({ status, isKept });
    expect(answer.text).toContain('content-type: application/problem+json');
    expect(reached).toBe(0);
  });

  it('more than the limit, in chunks, is refused before its end', async () => {
    const socket = await connection();
    const heard = untilEnd(socket);
    socket.write(`POST ${PATH} HTTP/1.1\r\n${HOST}${JSON_TYPE}transfer-encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
    for (let index = 0; index < 32 && !socket.destroyed; index += 1) socket.write(chunk);
    expect(await heard).toMatch(/^HTTP\/1\.1 413 /);
    expect(reached).toBe(0);
  });

  it('a body that does not come is waited for as long as a request may take', async () => {
    const socket = await connection();
    const heard = untilEnd(socket);
    socket.write(post('{"text":"x"}').slice(0, -4));
    expect(await heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(reached).toBe(0);
  });

  it('a body that comes byte by byte is not waited for longer', async () => {
    const socket = await connection();
    const heard = untilEnd(socket);
    socket.write(post(`{"text":"${'x'.repeat(100_000)}"}`).slice(0, 300));
    const drip = setInterval(() => socket.write('x'), 10);
    expect(await heard).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
    expect(reached).toBe(0);
  });

  it('headers that come byte by byte, or not at all, are not waited for longer than headers may take', async () => {
    const [dripping, silent] = await Promise.all([connection(), connection()]);
    const heard = [untilEnd(dripping), untilEnd(silent)];
    dripping.write(get('/federation/v1/realm').slice(0, -2));
    const drip = setInterval(() => dripping.write('x: y\r\n'), 10);
    for (const text of await Promise.all(heard)) expect(text).toMatch(/^(HTTP\/1\.1 408 |$)/);
    clearInterval(drip);
  });

  it('requests before the answer to the first end the connection: one at a time is worked on', async () => {
    held = Promise.withResolvers();
    const socket = await connection();
    const heard = untilEnd(socket);
    socket.write(post('{"text":"x"}').repeat(50));
    expect(await heard).toBe('');
    expect(reached).toBe(1);
    held.resolve();
    held = null;
  });

  it('what takes a handler too long is answered, and then ends', async () => {
    held = Promise.withResolvers();
    expect(await answerTo(post('{"text":"x"}'))).toMatchObject({ status: 408 });
    held.resolve();
    held = null;
  });

  it('an answer that nobody takes does not stay', async () => {
    const [near, far] = await streamPair();
    void acme.federation.accept(far);
    const { keyPem, certificatePem } = await (await globex.credentials()).current();
    const socket = rawTls(near, { servername: acme.kmsHost, key: keyPem, cert: certificatePem });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    socket.write(post(JSON.stringify({ text: 'x'.repeat(1_000_000) })));
    near.pause();
    await new Promise((resolve) => far.once('close', resolve));
    expect(reached).toBe(1);
  });

  it('an upgrade is none, and a tunnel ends', async () => {
    const upgrade = `${HOST}connection: upgrade\r\nupgrade: websocket\r\n`;
    expect(await answerTo(get('/federation/v1/realm', upgrade))).toMatchObject({ status: 200 });
    expect(await answerTo(`CONNECT kms.globex.example:443 HTTP/1.1\r\n${HOST}\r\n`)).toMatchObject({ status: 0 });
  });

  it('more connections than a realm may have are refused', async () => {
    const sockets = await Promise.all(Array.from({ length: 4 }, connection));
    for (const socket of sockets) {
      const heard = until(socket, /200 OK/);
      socket.write(get('/federation/v1/realm'));
      await heard;
    }
    const fifth = await answerTo(get('/federation/v1/realm'));
    expect(fifth).toMatchObject({ status: 429, isKept: false });
    expect(fifth.text).toContain('kms/too-many');
  });

  it('hears nothing of a failure of ours', async () => {
    const { status, text } = await answerTo(get('/federation/v1/fails'));
    expect(status).toBe(500);
    expect(text).toContain('platform/internal');
    expect(text + acme.logged).not.toContain('hunter2');
    expect(acme.events).toContain('federation.request-failed');
  });

  it('any bytes are refused or met with silence, and the realm goes on', async () => {
    const request = post('{"text":"x"}');
    const changed = fc
      .tuple(fc.nat(request.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 }))
      .map(([at, bytes]) => Buffer.concat([Buffer.from(request.slice(0, at)), bytes, Buffer.from(request.slice(at))]));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 64 }), changed), async (bytes) => {
        const socket = await connection();
        const ended = untilEnd(socket);
        socket.write(bytes);
        socket.end();
        expect(await ended).toMatch(/^($|HTTP\/1\.1 (200|400|404|408|413|415|431) )/);
      }),
      { numRuns },
    );
    expect(await answerTo(post('{"text":"x"}'))).toMatchObject({ status: 200 });
  });
});

it('a realm that asks too often is asked to wait', async () => {
  const initech = await peers.add('kms.initech.example', { limits: { requests: { perSecond: 0.001, burst: 3 } } });
  for (let index = 0; index < 3; index += 1) await globex.federation.meet(initech.kmsHost);
  await expect(globex.federation.meet(initech.kmsHost)).rejects.toMatchObject({
    code: 'kms/peer-refused',
    detail: 'kms/too-many',
  });
});
