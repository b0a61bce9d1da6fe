import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@cloister/logging';
import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpOptions, type HttpServer, openHttp } from './open-http.ts';
import { originOf } from './origin-of.ts';
import { ask, raw } from './testing/ask.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const uuid = '8a3f4c1e-9d52-4a77-b0b1-0f6f3f6f1a11';

let folder: string;
let socket: string;
let lines: string[];
let server: HttpServer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cl-http-'));
  socket = join(folder, 'http.sock');
  lines = [];
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(routes: (app: HttpServer['app']) => void, options: Partial<HttpOptions> = {}): Promise<void> {
  server = openHttp({
    socket,
    origins: ['http://localhost:8443', 'https://core.localhost:8444'],
    appOrigins: ['http://acme.localhost:8443'],
    log: openLog({ name: 'test', destination: { write: (line) => lines.push(line) } }),
    ...options,
  });
  routes(server.app);
  await server.listen();
}

/** Resolves with everything that came, once that ends like this; rejects when the connection ends before. */
const heard = (client: Socket) => {
  let text = '';
  return (until: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (chunk = '') => {
        text += chunk;
        if (until.test(text)) resolve(text);
      };
      client.setEncoding('utf8').on('data', look);
      client.on('error', reject);
      client.on('close', () => reject(new Error('closed')));
      look();
    });
};

describe('errors', () => {
  it('answers one of ours as its problem document (RFC 9457)', async () => {
    await start((app) =>
      app.get('/room', async () => {
        throw new CloisterError('core/conflict', { detail: 'the head moved' });
      }),
    );
    const answer = await ask(socket, '/room');
    expect(answer.status).toBe(409);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toEqual({
      type: 'urn:cloister:error:core/conflict',
      title: 'The room changed in the meantime',
      status: 409,
      code: 'core/conflict',
      detail: 'the head moved',
      errorCode: 1409001,
    });
  });

  it('tells nothing of an error of unknown origin, neither in the answer nor in the log', async () => {
    await start((app) =>
      app.get('/room', async () => {
        throw new TypeError('alice@acme.example wrote: meet at noon');
      }),
    );
    const answer = await ask(socket, '/room');
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'platform/internal' });
    expect(answer.body + lines.join()).not.toMatch(/alice|noon/);
    expect(lines.join()).toContain('open-http.test.ts:');
  });

  it('asks to come back when it cannot serve', async () => {
    await start((app) =>
      app.get('/room', async (_request, reply) => {
        if (reply.request.headers['x-own'] === 'yes') reply.header('retry-after', '7');
        throw new CloisterError('platform/status-stale');
      }),
    );
    expect((await ask(socket, '/room')).headers['retry-after']).toBe('1');
    expect((await ask(socket, '/room', { headers: { 'x-own': 'yes' } })).headers['retry-after']).toBe('7');
  });

  it('lets a server answer in a published shape', async () => {
    await start((app) => app.get('/x', async () => Promise.reject(new CloisterError('core/key-stale'))), {
      shape: (error, request) => ({ body: { errorCode: error.errorCode, trackingId: request.id } }),
    });
    const answer = await ask(socket, '/x', { headers: { trackingid: `client_${uuid}_1` } });
    expect(answer.json()).toEqual({ errorCode: 1409004, trackingId: `client_${uuid}_1` });
    expect((await ask(socket, '/unknown')).json()).toMatchObject({ trackingId: expect.stringContaining('CLOISTER_') });
  });
});

describe('bodies', () => {
  it('takes an empty JSON body as none, as published clients send it', async () => {
    await start((app) => app.delete('/device', async (request) => ({ body: request.body ?? null })));
    const answer = await ask(socket, '/device', { method: 'DELETE', headers: { 'content-type': 'application/json' } });
    expect(answer.json()).toEqual({ body: null });
  });

  it('refuses a body over the limit, one that is no JSON, one of another type and one with __proto__', async () => {
    await start((app) => app.post('/room', async () => ({})), { bodyLimit: 100 });
    const post = (body: string, type = 'application/json') =>
      ask(socket, '/room', { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post(JSON.stringify('x'.repeat(200)))).json()).toMatchObject({
      code: 'platform/too-large',
      status: 413,
    });
    expect((await post('{"a":')).json()).toMatchObject({ code: 'platform/invalid-request', status: 400 });
    expect((await post('<a/>', 'text/xml')).json()).toMatchObject({ code: 'platform/unsupported-media', status: 415 });
    expect((await post('{"__proto__":{"admin":true}}')).json()).toMatchObject({
      code: 'platform/invalid-request',
      status: 400,
    });
  });

  it('answers what is too large before it is there, drops the rest, and hears the next request on the connection', async () => {
    await start((app) => app.post('/room', async () => ({})), { bodyLimit: 1000 });
    const client = connect(socket);
    const told = heard(client);
    try {
      client.write(
        `POST /room HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 4000000\r\n\r\n`,
      );
      expect(await told(/\r\n\r\n\{.*\}$/)).toMatch(/^HTTP\/1\.1 413 [\s\S]*platform\/too-large/);
      client.write(Buffer.alloc(4_000_000));
      client.write('GET /nothing HTTP/1.1\r\nhost: a\r\n\r\n');
      expect(await told(/404[\s\S]*\r\n\r\n\{.*\}$/)).toContain('platform/not-found');
    } finally {
      client.destroy();
    }
  });

  it('answers any bytes as a body with a typed error or the route', async () => {
    await start((app) => app.post('/room', async () => ({})), { bodyLimit: 1000 });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 1500 }), async (bytes) => {
        const answer = await ask(socket, '/room', {
          method: 'POST',
          body: Buffer.from(bytes),
          headers: { 'content-type': 'application/json' },
        });
        expect([200, 400, 413]).toContain(answer.status);
        expect(answer.status === 200 || typeof (answer.json() as { code: string }).code === 'string').toBe(true);
      }),
      { numRuns },
    );
  });
});

describe('what is no proper request', () => {
  it('is refused with a problem document that repeats nothing of it', async () => {
    await start((app) => app.get('/x', async () => ({})));
    expect(await raw(socket, 'SECRET\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*platform\/invalid-request/);
    expect(await raw(socket, 'SECRET\r\n\r\n')).not.toContain('SECRET');
    expect(await raw(socket, `GET /x HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    const smuggled =
      'POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nhost: a\r\n\r\n';
    expect((await raw(socket, smuggled)).match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('tracking id', () => {
  it('is echoed when it is well-formed, else replaced', async () => {
    await start((app) => app.get('/x', async () => ({})));
    const echoed = async (trackingid: string) =>
      (await ask(socket, '/x', { headers: { trackingid } })).headers.trackingid;
    expect(await echoed(`webex-js-sdk_${uuid}_12`)).toBe(`webex-js-sdk_${uuid}_12`);
    expect(await echoed('a b\tc')).toMatch(/^CLOISTER_[0-9a-f-]{36}$/);
    expect(await echoed('x'.repeat(300))).toMatch(/^CLOISTER_/);
  });
});

describe('origins', () => {
  it('names the origin a request came to, if it is on the list', async () => {
    await start((app) => app.get('/links', async (request) => ({ origin: originOf(request) })));
    const from = (host: string, proto: string) =>
      ask(socket, '/links', { headers: { 'x-forwarded-host': host, 'x-forwarded-proto': proto } });
    expect((await from('localhost:8443', 'http')).json()).toEqual({ origin: 'http://localhost:8443' });
    expect((await from('Core.localhost:8444', 'https')).json()).toEqual({ origin: 'https://core.localhost:8444' });
    for (const [host, proto] of [
      ['localhost:8443', 'https'],
      ['evil.example', 'http'],
      ['localhost:8443, evil', 'http'],
    ] as const) {
      expect((await from(host, proto)).json()).toMatchObject({ status: 400, code: 'platform/unknown-origin' });
    }
    expect((await ask(socket, '/links')).status).toBe(400);
  });

  it('holds inside a plugin of the server too', async () => {
    await start(
      (app) =>
        void app.register(
          async (inner) => void inner.get('/links', async (request) => ({ origin: originOf(request) })),
        ),
    );
    const answer = await ask(socket, '/links', {
      headers: { 'x-forwarded-host': 'localhost:8443', 'x-forwarded-proto': 'http' },
    });
    expect(answer.json()).toEqual({ origin: 'http://localhost:8443' });
  });
});

describe('cross-origin calls', () => {
  it('answers the preflight of an app, on any path, as wires.md §1 says', async () => {
    await start(() => undefined);
    const answer = await ask(socket, '/conversation/api/v1/x', {
      method: 'OPTIONS',
      headers: {
        origin: 'http://acme.localhost:8443',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'dpop',
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe('http://acme.localhost:8443');
    expect(answer.headers['access-control-allow-methods']).toBe('GET, POST, PUT, DELETE');
    expect(answer.headers['access-control-allow-headers']?.toString().split(', ')).toEqual(
      expect.arrayContaining(['authorization', 'trackingid', 'cisco-device-url', 'x-trans-id', 'dpop']),
    );
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('lets an app read answers, errors included, and no other origin', async () => {
    await start((app) => app.get('/x', async () => ({})));
    const read = async (path: string, origin: string) => (await ask(socket, path, { headers: { origin } })).headers;
    expect(await read('/x', 'http://acme.localhost:8443')).toMatchObject({
      'access-control-allow-origin': 'http://acme.localhost:8443',
      'access-control-expose-headers': 'trackingid, cisco-location',
      vary: 'origin',
    });
    expect((await read('/unknown', 'http://acme.localhost:8443'))['access-control-allow-origin']).toBe(
      'http://acme.localhost:8443',
    );
    expect((await read('/x', 'http://evil.example'))['access-control-allow-origin']).toBeUndefined();
    expect((await read('/x', 'null'))['access-control-allow-origin']).toBeUndefined();
  });
});

describe('log', () => {
  it('holds method, route pattern and status, never an address, a query or a header (R422)', async () => {
    await start((app) => app.put('/files/v1/uploads/:capability', async () => ({})));
    await ask(socket, '/files/v1/uploads/c4p4bility?token=s3cret', {
      method: 'PUT',
      headers: { authorization: 'Bearer t0ken', trackingid: `alice_${uuid}_1` },
    });
    await ask(socket, '/unknown/c4p4bility?token=s3cret');
    const events = lines.map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { event: 'http.request', method: 'PUT', route: '/files/v1/uploads/:capability', status: 200, trackingId: uuid },
      { event: 'http.request', route: '/unknown', status: 404 },
    ]);
    expect(lines.join()).not.toMatch(/c4p4bility|s3cret|t0ken|alice/);
  });
});

describe('life', () => {
  it('finishes a request in flight, refuses new ones and then ends', async () => {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await start(
      (app) =>
        app.get('/slow', async () => {
          entered.resolve();
          await release.promise;
          return { done: true };
        }),
      { closeTimeoutMs: 3_600_000 },
    );
    // A client that keeps its connections, as the door does.
    const agent = new Agent({ keepAlive: true });
    const answer = ask(socket, '/slow', { agent });
    await entered.promise;
    const closed = server.close();
    release.resolve();
    expect((await answer).json()).toEqual({ done: true });
    await closed;
    await expect(ask(socket, '/slow')).rejects.toThrow();
    agent.destroy();
  });

  it('ends requests that do not finish within the limit', async () => {
    const entered = Promise.withResolvers<void>();
    await start(
      (app) =>
        app.get('/stuck', async () => {
          entered.resolve();
          await new Promise(() => undefined);
        }),
      { closeTimeoutMs: 20 },
    );
    const answer = ask(socket, '/stuck');
    const refused = expect(answer).rejects.toThrow();
    await entered.promise;
    await server.close();
    await refused;
  });
});
