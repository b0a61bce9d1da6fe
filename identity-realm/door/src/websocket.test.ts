import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Rig } from './testing/rig.ts';

let rig: Rig;
let sockets: WebSocketServer;

beforeEach(async () => {
  rig = new Rig();
  const server: Server = await rig.upstream('core', (_request, response) => response.writeHead(404).end());
  sockets = new WebSocketServer({
    server,
    path: '/mercury/v1/devices/d/messages',
    verifyClient: ({ req }, done) => done(req.headers.authorization !== 'Bearer bad', 401),
  });
});
afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  await rig.close();
});

const open = (path = '/mercury/v1/devices/d/messages?x=1', headers: Record<string, string> = {}) =>
  new WebSocket(`ws://127.0.0.1:${rig.port}${path}`, { headers: { host: `localhost:${rig.port}`, ...headers } });

describe('a websocket', () => {
  it('is carried both ways, with where it came to', async () => {
    await rig.open();
    sockets.on('connection', (socket, request) => {
      socket.send(
        JSON.stringify([request.url, request.headers['x-forwarded-host'], request.headers['x-forwarded-proto']]),
      );
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    const client = open('/mercury/v1/devices/d/messages?x=1', { 'x-forwarded-host': 'evil.example' });
    const [greeting] = await once(client, 'message');
    expect(JSON.parse(String(greeting))).toEqual([
      '/mercury/v1/devices/d/messages?x=1',
      `localhost:${rig.port}`,
      'http',
    ]);
    const body = randomBytes(3 * 1024 * 1024);
    client.send(body);
    const [echoed] = await once(client, 'message');
    expect(body.equals(echoed)).toBe(true);
    client.close(4000, 'bye');
    const [code] = await once(client, 'close');
    expect(code).toBe(4000);
  });

  it('loses nothing that is sent right after the handshake', async () => {
    await rig.open();
    const received = Promise.withResolvers<string>();
    sockets.on('connection', (socket) => {
      socket.send('greeting');
      socket.once('message', (data) => received.resolve(String(data)));
    });
    const handshake = [
      'GET /mercury/v1/devices/d/messages HTTP/1.1',
      'host: localhost',
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
      '',
      '',
    ].join('\r\n');
    // A masked text frame (mask 0) in the same packet as the handshake.
    const frame = Buffer.concat([Buffer.from([0x81, 0x85, 0, 0, 0, 0]), Buffer.from('hello')]);
    const close = Buffer.from([0x88, 0x80, 0, 0, 0, 0]);
    const answer = rig.raw(Buffer.concat([Buffer.from(handshake), frame, close]));
    expect(await received.promise).toBe('hello');
    expect(await answer).toMatch(/^HTTP\/1\.1 101 [\s\S]*greeting/);
  });

  it('outlives the limit on silent connections', async () => {
    await rig.open({}, { idleTimeoutMs: 50, answerTimeoutMs: 40 });
    const client = open();
    await once(client, 'open');
    // A plain connection opened later is dropped for its silence; the websocket, silent for longer, is not.
    expect(await rig.raw('')).toBe('');
    for (const socket of sockets.clients) socket.send('still here');
    const [data] = await once(client, 'message');
    expect(String(data)).toBe('still here');
    client.terminate();
  });

  it('ends at the upstream when the client is gone, and the reverse', async () => {
    await rig.open();
    const first = open();
    const [upstream] = (await once(sockets, 'connection')) as [WebSocket];
    await once(first, 'open');
    const gone = once(upstream, 'close');
    first.terminate();
    await gone;
    const second = open();
    const [other] = (await once(sockets, 'connection')) as [WebSocket];
    await once(second, 'open');
    const ended = once(second, 'close');
    other.terminate();
    expect((await ended)[0]).toBe(1006);
  });

  it('is refused as the upstream refuses it', async () => {
    await rig.open();
    expect(await refusal(open(undefined, { authorization: 'Bearer bad' }))).toBe(401);
  });

  it('is refused for an unknown host or path, or while the upstream is down', async () => {
    await rig.open();
    expect(await refusal(open('/unknown'))).toBe(404);
    expect(await refusal(open(undefined, { host: 'evil.example' }))).toBe(404);
    expect(await refusal(open('/conversation/api/v1/users'))).toBe(503);
  });

  it('is held back while its reader is slow', async () => {
    await rig.open();
    const client = open();
    const [upstream] = (await once(sockets, 'connection')) as [WebSocket];
    await once(client, 'open');
    client.pause();
    const piece = Buffer.alloc(1024 * 1024);
    for (let count = 0; count < 64; count++) upstream.send(piece);
    // What does not fit into the sockets' buffers waits at the sender, not in the door.
    let before = -1;
    await expect
      .poll(
        () => {
          const settled = upstream.bufferedAmount === before;
          before = upstream.bufferedAmount;
          return settled;
        },
        { interval: 200, timeout: 30_000 },
      )
      .toBe(true);
    expect(upstream.bufferedAmount).toBeGreaterThan(32 * 1024 * 1024);
    client.terminate();
  });

  it('ends when the door stops', async () => {
    const door = await rig.open({}, { stopTimeoutMs: 60_000 });
    const client = open();
    await once(client, 'open');
    const ended = once(client, 'close');
    await door.close();
    await ended;
  });
});

it('serves a request that asks for another upgrade as if it did not (RFC 9110 §7.8)', async () => {
  await rig.open();
  const answer = await rig.raw(
    'GET /conversation HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
});

async function refusal(client: WebSocket): Promise<number> {
  client.on('error', () => undefined);
  const [, response] = await once(client, 'unexpected-response');
  client.terminate();
  return response.statusCode;
}
