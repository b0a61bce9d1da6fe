import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, beginAsking } from './testing/ask.ts';
import { Rig } from './testing/rig.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.close());

/** What an upstream saw. */
type Seen = { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers']; body: string };

async function echo(name: string): Promise<Seen[]> {
  const seen: Seen[] = [];
  await rig.upstream(name, async (request, response) => {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return; // broken off on purpose by the test
    }
    seen.push({
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: Buffer.concat(parts).toString(),
    });
    response.setHeader('x-server', name);
    response.end(name);
  });
  return seen;
}

describe('routing', () => {
  it('carries a request to the server that host and path name, with path, query and body unchanged', async () => {
    const seen = await echo('core');
    await echo('identity');
    await echo('app');
    await rig.open();
    const path = '/conversation/api/v1/x%20y?after=1&q=%2F';
    expect(await ask(rig.port, `localhost:${rig.port}`, path, { method: 'POST', body: 'sealed' })).toMatchObject({
      status: 200,
      body: 'core',
    });
    expect(seen[0]).toMatchObject({ method: 'POST', url: path, body: 'sealed' });
    expect((await ask(rig.port, 'CORE.localhost', '/conversation/api/v1/users?email=x')).body).toBe('identity');
    expect((await ask(rig.port, 'acme.localhost', '/anything')).body).toBe('app');
  });

  it('answers 404 for any other host or path, as a problem document', async () => {
    await echo('core');
    await rig.open();
    for (const [host, path] of [
      ['evil.example', '/conversation'],
      ['globex.localhost', '/'],
      ['localhost', '/unknown'],
      ['localhost.', '/conversation'],
    ] as const) {
      const answer = await ask(rig.port, host, path);
      expect([400, 404]).toContain(answer.status);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
  });

  it('refuses a path that two servers could read differently', async () => {
    const seen = await echo('core');
    await rig.open();
    for (const path of [
      '/conversation/../realm',
      '/conversation/%2e%2E/x',
      '/conversation/./x',
      '/conversation/..',
      '/conversation/a%2fb',
      '/conversation\\x',
    ]) {
      expect(await rig.raw(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 400 /,
      );
    }
    expect(
      await rig.raw('GET http://evil.example/conversation HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
    ).toMatch(/^HTTP\/1\.1 400 /);
    expect(await rig.raw('OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(seen).toEqual([]);
  });
});

describe('headers', () => {
  it('say where a request came to, and never what a client claims (wires.md §1)', async () => {
    const seen = await echo('core');
    await rig.open();
    await ask(rig.port, `localhost:${rig.port}`, '/conversation', {
      headers: {
        'x-forwarded-host': 'evil.example',
        'X-Forwarded-Proto': 'https',
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-anything': 'x',
        'x-real-ip': '6.6.6.6',
        forwarded: 'host=evil.example',
        trackingid: 'kept',
      },
    });
    expect(seen[0]?.headers).toMatchObject({
      'x-forwarded-host': `localhost:${rig.port}`,
      'x-forwarded-proto': 'http',
      host: `localhost:${rig.port}`,
      trackingid: 'kept',
    });
    expect(JSON.stringify(seen[0]?.headers)).not.toMatch(/evil|6\.6\.6\.6|anything|127\.0\.0\.1/);
  });

  it('tell a client’s address only to the server that limits attempts by it', async () => {
    const seen = await echo('identity');
    await rig.open();
    await ask(rig.port, 'localhost', '/conversation/api/v1/users', { headers: { 'x-forwarded-for': '6.6.6.6' } });
    expect(seen[0]?.headers['x-forwarded-for']).toBe('127.0.0.1');
  });

  it('of one connection only stay there, in both directions (RFC 9110 §7.6.1)', async () => {
    const seen: IncomingMessage['headers'][] = [];
    await rig.upstream('core', (request, response) => {
      seen.push(request.headers);
      response.writeHead(200, [
        'Connection',
        'x-internal',
        'x-internal',
        'secret',
        'proxy-authenticate',
        'x',
        'set-cookie',
        'a=1',
        'set-cookie',
        'b=2',
        'x-kept',
        'yes',
      ]);
      response.end();
    });
    await rig.open();
    const answer = await ask(rig.port, 'localhost', '/conversation', {
      headers: {
        connection: 'keep-alive, x-mine',
        'x-mine': 'no',
        te: 'trailers',
        'proxy-authorization': 'no',
        'keep-alive': 'timeout=9',
        'x-kept': 'yes',
      },
    });
    expect(seen[0]).toMatchObject({ 'x-kept': 'yes' });
    for (const name of ['x-mine', 'te', 'proxy-authorization', 'keep-alive']) expect(seen[0]).not.toHaveProperty(name);
    expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-kept': 'yes' });
    expect(answer.headers).not.toHaveProperty('x-internal');
    expect(answer.headers).not.toHaveProperty('proxy-authenticate');
  });

  it('that are too large are refused', async () => {
    await echo('core');
    await rig.open();
    expect(await rig.raw(`GET /conversation HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(17_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 413 [\s\S]*too-large/,
    );
  });
});

describe('request smuggling', () => {
  it('is refused where a message could be read in two ways (RFC 9112 §6.1)', async () => {
    const seen = await echo('core');
    await rig.open();
    const smuggled = 'GET /conversation/smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const heads = [
      'content-length: 4\r\ntransfer-encoding: chunked\r\n',
      'transfer-encoding: chunked\r\ncontent-length: 4\r\n',
      'content-length: 4\r\ncontent-length: 5\r\n',
      'transfer-encoding: chunked, identity\r\n',
      'transfer-encoding: xchunked\r\n',
      'transfer-encoding : chunked\r\n',
      'content-length: +4\r\n',
      'content-length: 4, 4\r\n',
      'host: evil.example\r\n',
      ' folded: x\r\n',
    ];
    for (const head of heads) {
      const answer = await rig.raw(`POST /conversation HTTP/1.1\r\nhost: localhost\r\n${head}\r\n0\r\n\r\n${smuggled}`);
      expect(answer, head).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer.match(/HTTP\/1\.1 (?!400)/g), head).toBeNull();
    }
    expect(await rig.raw('GET /conversation HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await rig.raw('GET /conversation HTTP/1.1\nhost: localhost\n\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
  });

  it('does not happen through a body that the upstream would read as another request', async () => {
    const seen = await echo('core');
    await rig.open();
    const hidden = 'GET /conversation/smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n';
    for (const method of ['DELETE', 'GET', 'POST', 'OPTIONS']) {
      const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
      await rig.raw(
        `${method} /conversation HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`,
      );
      await rig.raw(
        `${method} /conversation HTTP/1.1\r\nhost: localhost\r\nconnection: close, content-length\r\ncontent-length: ${hidden.length}\r\n\r\n${hidden}`,
      );
    }
    expect(seen.map(({ url, body }) => [url, body])).toEqual(
      Array.from({ length: 8 }, () => ['/conversation', hidden]),
    );
  });

  it('does not happen through bytes after a websocket handshake that is refused', async () => {
    const seen = await echo('core');
    await rig.open();
    const upgrade = 'GET /mercury HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n';
    const answer = await rig.raw(
      `${upgrade}content-length: 5\r\n\r\nGET /conversation/smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
  });

  it('any bytes are answered or dropped, and the door goes on', async () => {
    await echo('core');
    await rig.open({}, { headersTimeoutMs: 50 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.string({ maxLength: 200 }).map((text) => Buffer.from(`GET ${text} HTTP/1.1\r\nhost: localhost\r\n\r\n`)),
        ),
        async (bytes) => {
          const socket = connect(rig.port, '127.0.0.1');
          socket.on('error', () => undefined);
          socket.resume();
          socket.end(Buffer.from(bytes));
          await once(socket, 'close');
        },
      ),
      { numRuns },
    );
    expect((await ask(rig.port, 'localhost', '/conversation')).body).toBe('core');
  });
});

describe('streams', () => {
  it('carry large bodies both ways unchanged', async () => {
    await rig.upstream('core', (request, response) => request.pipe(response));
    await rig.open();
    const body = randomBytes(8 * 1024 * 1024);
    const sent = beginAsking(rig.port, { method: 'PUT', body });
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(body)).toBe(true);
  });

  it('leave the connection to the next request where an answer comes before the body was read', async () => {
    await rig.upstream('core', (request, response) => {
      if (request.method === 'GET') return response.end('here');
      // Somebody listens and takes nothing: Node drops no body by itself then.
      request.on('data', () => {}).pause();
      return response.writeHead(413).end('too much');
    });
    await rig.open();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = randomBytes(8 * 1024 * 1024);
    const refused = await ask(rig.port, 'localhost', '/conversation', { method: 'PUT', body, agent });
    const next = await ask(rig.port, 'localhost', '/conversation', { agent });
    expect([refused.status, next.body]).toEqual([413, 'here']);
    agent.destroy();
  });

  it('hold a fast sender back while the reader is slow, instead of keeping it all in memory', async () => {
    let offered = 0;
    const full = Promise.withResolvers<void>();
    await rig.upstream('core', (_request, response) => {
      const piece = Buffer.alloc(64 * 1024);
      const more = () => {
        while (offered < 256 * 1024 * 1024) {
          offered += piece.length;
          if (!response.write(piece)) {
            full.resolve();
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    await rig.open();
    const sent = beginAsking(rig.port);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.pause();
    await full.promise;
    // The amount settles: what fits into the sockets' buffers, far below the whole.
    let before = -1;
    await expect
      .poll(
        () => {
          const settled = offered === before;
          before = offered;
          return settled;
        },
        { interval: 200, timeout: 30_000 },
      )
      .toBe(true);
    expect(offered).toBeLessThan(64 * 1024 * 1024);
    response.destroy();
  });

  it('begin before the upstream has finished', async () => {
    const release = Promise.withResolvers<void>();
    await rig.upstream('core', async (_request, response) => {
      response.write('first');
      await release.promise;
      response.end('last');
    });
    await rig.open();
    const sent = beginAsking(rig.port);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const [first] = await once(response, 'data');
    expect(String(first)).toBe('first');
    release.resolve();
    const [last] = await once(response, 'data');
    expect(String(last)).toBe('last');
  });

  it('end at the upstream when the client goes away', async () => {
    const gone = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await rig.upstream('core', (_request, response) => {
      asked.resolve();
      response.once('close', () => gone.resolve());
    });
    await rig.open();
    const sent = beginAsking(rig.port);
    sent.on('error', () => undefined);
    await asked.promise;
    sent.destroy();
    await gone.promise;
  });
});

describe('an upstream', () => {
  const isProblem = (
    answer: { status: number; headers: Record<string, unknown>; body: string },
    status: number,
    code: string,
  ) => {
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '1' });
    expect(JSON.parse(answer.body)).toMatchObject({ status, code });
  };

  it('that is down gives 503 at once and serves again when it is back', async () => {
    await rig.open();
    isProblem(await ask(rig.port, 'localhost', '/conversation'), 503, 'platform/unavailable');
    isProblem(
      await ask(rig.port, 'localhost', '/conversation', { method: 'POST', body: Buffer.alloc(1024 * 1024) }),
      503,
      'platform/unavailable',
    );
    await echo('core');
    expect((await ask(rig.port, 'localhost', '/conversation')).body).toBe('core');
  });

  it('that breaks off before its answer gives 502', async () => {
    await rig.rawUpstream('core', (socket) => socket.once('data', () => socket.destroy()));
    await rig.open();
    isProblem(await ask(rig.port, 'localhost', '/conversation'), 502, 'platform/bad-gateway');
  });

  it('that answers nonsense gives 502', async () => {
    await rig.rawUpstream('core', (socket) => socket.once('data', () => socket.end('nonsense\r\n\r\n')));
    await rig.open();
    isProblem(await ask(rig.port, 'localhost', '/conversation'), 502, 'platform/bad-gateway');
  });

  it('that says nothing gives 503 after the limit', async () => {
    await rig.rawUpstream('core', () => undefined);
    await rig.open({}, { answerTimeoutMs: 50 });
    isProblem(await ask(rig.port, 'localhost', '/conversation'), 503, 'platform/unavailable');
  });

  it('that breaks off within its answer breaks the client’s, which never looks whole', async () => {
    await rig.rawUpstream('core', (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n')),
    );
    await rig.open();
    await expect(ask(rig.port, 'localhost', '/conversation')).rejects.toThrow();
  });

  it('that closed a kept connection is asked again on a new one, where that does no harm', async () => {
    const requests: string[] = [];
    let connections = 0;
    await rig.rawUpstream('core', (socket) => {
      const first = ++connections === 1;
      let count = 0;
      socket.on('data', (data) => {
        requests.push(String(data).split(' ', 1)[0] ?? '');
        // Answers once on its first connection, then ends it on the next request: a restart at the worst moment.
        if (first && ++count > 1) socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      });
    });
    await rig.open();
    expect((await ask(rig.port, 'localhost', '/conversation')).body).toBe('ok');
    expect((await ask(rig.port, 'localhost', '/conversation')).body).toBe('ok');
    expect(requests).toEqual(['GET', 'GET', 'GET']);
  });

  it('that closed a kept connection is not asked again for what could count twice', async () => {
    let requests = 0;
    await rig.rawUpstream('core', (socket) => {
      let count = 0;
      socket.on('data', () => {
        requests++;
        if (++count > 1) socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      });
    });
    await rig.open();
    await ask(rig.port, 'localhost', '/conversation');
    isProblem(await ask(rig.port, 'localhost', '/conversation', { method: 'POST' }), 502, 'platform/bad-gateway');
    expect(requests).toBe(2);
  });

  it('keeps its connections for further requests', async () => {
    let connections = 0;
    const server = await rig.upstream('core', (_request, response) => response.end());
    server.on('connection', () => connections++);
    await rig.open();
    for (let count = 0; count < 5; count++) await ask(rig.port, 'localhost', '/conversation');
    expect(connections).toBe(1);
  });
});

describe('a slow client', () => {
  it('is dropped when its head does not arrive in time', async () => {
    await echo('core');
    await rig.open({}, { headersTimeoutMs: 50 });
    const answer = await rig.raw('GET /conversation HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*platform\/timeout/);
  });

  it('is dropped when it falls silent', async () => {
    await echo('core');
    await rig.open({}, { idleTimeoutMs: 50, answerTimeoutMs: 40 });
    expect(await rig.raw('')).toBe('');
    expect(await rig.raw('POST /conversation HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf')).toMatch(
      /^(HTTP\/1\.1 503 |$)/,
    );
  });
});

describe('the log', () => {
  it('holds no query, header, host or path of a request (R422)', async () => {
    await rig.open();
    await ask(rig.port, 'localhost', '/conversation/c4p4bility?token=s3cret', {
      headers: { authorization: 'Bearer t0ken' },
    });
    await ask(rig.port, 'evil.example', '/c4p4bility?token=s3cret');
    expect(rig.lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'door.upstream-failed', code: 'ENOENT', route: '/conversation' },
    ]);
    expect(rig.lines.join()).not.toMatch(/c4p4bility|s3cret|t0ken|evil/);
  });
});

describe('stopping', () => {
  it('finishes requests in flight, closes kept connections, then refuses', async () => {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await rig.upstream('core', async (_request, response) => {
      entered.resolve();
      await release.promise;
      response.end('done');
    });
    const door = await rig.open({}, { stopTimeoutMs: 3_600_000 });
    const agent = new Agent({ keepAlive: true });
    const answer = ask(rig.port, 'localhost', '/conversation', { agent });
    await entered.promise;
    const closed = door.close();
    release.resolve();
    expect((await answer).body).toBe('done');
    await closed;
    await expect(ask(rig.port, 'localhost', '/conversation')).rejects.toThrow(/ECONNREFUSED/);
    agent.destroy();
  });

  it('does not wait for ever', async () => {
    const entered = Promise.withResolvers<void>();
    await rig.upstream('core', () => entered.resolve());
    const door = await rig.open({}, { stopTimeoutMs: 20 });
    const refused = expect(ask(rig.port, 'localhost', '/conversation')).rejects.toThrow();
    await entered.promise;
    await door.close();
    await refused;
  });
});
