import type { KeyObject } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { createServer, type TlsOptions } from 'node:tls';
import { CloisterError, parseKmsHost } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { PeerAnswer } from './client/peer-request.ts';
import { newTlsKey, TestAuthority } from './testing/test-authority.ts';
import { type TestPeer, TestPeers } from './testing/test-peer.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const globex = parseKmsHost('kms.globex.example');
const key: KeyObject = newTlsKey();
const keyPem = key.export({ type: 'pkcs8', format: 'pem' }) as string;

let peers: TestPeers;
let [authority, stranger]: TestAuthority[] = [];
let acme: TestPeer;
let good = '';
/** What the server heard, over all connections. */
let heard = '';

beforeAll(async () => {
  const now = new Date();
  [authority, stranger] = [await TestAuthority.open(now), await TestAuthority.open(now)];
  peers = new TestPeers(authority);
  acme = await peers.add('kms.acme.example', { limits: { handshakeMs: 300, headersMs: 500, requestMs: 1_000 } });
  for (const name of [globex, 'kms.initech.example']) peers.directory.set(name, { organisationIds: [] });
  good = await authority.certify(key, globex, { now });
});
afterAll(() => peers.close());
beforeEach(() => {
  peers.opened.length = 0;
  [heard, acme.logged, acme.aheadMs] = ['', '', 0];
  acme.federation.disconnect();
});

type Saying = (socket: Duplex) => void;

/** A server that says whatever a test wants once it has heard a request. */
const serve = (say: Saying, options: TlsOptions = {}): void => {
  const tls: TlsOptions = {
    key: keyPem,
    cert: good,
    ALPNProtocols: ['http/1.1'],
    requestCert: true,
    rejectUnauthorized: false,
  };
  peers.intercept = (stream) => {
    const server = createServer({ ...tls, ...options });
    server.on('tlsClientError', (_, socket) => socket.destroy());
    server.on('secureConnection', (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk: Buffer) => {
        heard += chunk.toString('latin1');
        if (heard.endsWith('\r\n\r\n') || heard.endsWith('}')) say(socket);
      });
    });
    stream.on('error', () => stream.destroy());
    server.emit('connection', stream);
  };
};

const ask = (): Promise<PeerAnswer<{ text: string }>> =>
  acme.federation.ask(globex, {
    method: 'POST',
    path: '/federation/v1/echo',
    body: { text: 'x' },
    answer: z.object({ text: z.string() }),
  });

const codeOf = async (): Promise<string> =>
  ask().then(
    (answer) => (answer.isRefused ? `refused ${answer.code}` : 'answered'),
    (error: unknown) => (error instanceof CloisterError ? error.code : `${error}`),
  );

const head = (status: string, headers: readonly string[] = []) =>
  `HTTP/1.1 ${status}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;
const answer = (body: string, headers: readonly string[] = ['content-type: application/json'], status = '200 OK') =>
  `${head(status, [...headers, `content-length: ${Buffer.byteLength(body)}`])}${body}`;
const GOOD = answer('{"text":"x"}');
const answers: Saying = (socket) => void socket.write(GOOD);

describe('a server that is not who it should be', () => {
  it('is asked when it is', async () => {
    serve(answers);
    expect(await ask()).toEqual({ isRefused: false, value: { text: 'x' } });
    expect(peers.opened).toEqual([globex]);
  });

  const odd = (...extensions: string[]) => authority?.certifyOddly(key, extensions) ?? '';
  const cases: [string, () => Promise<TlsOptions> | TlsOptions][] = [
    [
      'with a certificate of another root of the same name',
      async () => ({ cert: (await stranger?.certify(key, globex, { now: new Date() })) ?? '' }),
    ],
    [
      'with its own root in the chain',
      async () => ({
        cert: `${await stranger?.certify(key, globex, { now: new Date() })}\n${stranger?.root.certificatePem}`,
      }),
    ],
    [
      'with the certificate of another realm of the directory',
      async () => ({ cert: (await authority?.certify(key, 'kms.initech.example', { now: new Date() })) ?? '' }),
    ],
    [
      'with a certificate that has run out',
      async () => ({
        cert: (await authority?.certify(key, globex, { now: new Date(Date.now() - 31 * 86_400_000) })) ?? '',
      }),
    ],
    [
      'with a certificate for clients alone',
      () => ({ cert: odd(`subjectAltName=DNS:${globex}`, 'extendedKeyUsage=clientAuth') }),
    ],
    [
      'with a certificate for its whole domain, which Node lets pass',
      () => ({ cert: odd('subjectAltName=DNS:*.globex.example') }),
    ],
    [
      'with an authority’s certificate, which Node lets pass',
      () => ({ cert: odd(`subjectAltName=DNS:${globex}`, 'basicConstraints=critical,CA:TRUE') }),
    ],
    ['without a protocol', () => ({ ALPNProtocols: [] })],
  ];
  it.each(cases)('%s is left before anything is asked (R363, R364)', async (_, options) => {
    serve(answers, await options());
    expect(await codeOf()).toBe('kms/peer-untrusted');
    expect([heard, peers.opened]).toEqual(['', [globex]]);
  });

  it('by TLS 1.2 is left as well', async () => {
    serve(answers, { maxVersion: 'TLSv1.2' });
    expect(await codeOf()).toMatch(/^kms\/peer-(untrusted|refused)$/);
    expect(heard).toBe('');
  });

  it('by this realm’s own clock is left as well', async () => {
    acme.write(
      (await authority?.certify(acme.key, acme.kmsHost, { now: new Date(), days: 90 })) ?? '',
      authority?.root.certificatePem ?? '',
    );
    acme.aheadMs = 31 * 86_400_000;
    serve(answers);
    expect(await codeOf()).toBe('kms/peer-untrusted');
    expect(heard).toBe('');
  });

  it('is not asked over a kept connection either, once its certificate has run out', async () => {
    acme.write(
      (await authority?.certify(acme.key, acme.kmsHost, { now: new Date(), days: 90 })) ?? '',
      authority?.root.certificatePem ?? '',
    );
    serve(answers);
    expect(await codeOf()).toBe('answered');
    [heard, acme.aheadMs] = ['', 31 * 86_400_000];
    expect(await codeOf()).toBe('kms/peer-untrusted');
    expect(heard).toBe('');
  });

  it.each<[string, (stream: Duplex) => void, string]>([
    ['plain HTTP', (stream) => void stream.write(GOOD), 'kms/peer-untrusted'],
    ['anything', (stream) => void stream.write(Buffer.alloc(4096, 0x80)), 'kms/peer-untrusted'],
    ['nothing', () => {}, 'kms/peer-unreachable'],
    ['no more', (stream) => void stream.end(), 'kms/peer-unreachable'],
  ])('that says %s instead of TLS is left', async (_, say, code) => {
    peers.intercept = (stream) => {
      stream.resume();
      say(stream);
    };
    expect(await codeOf()).toBe(code);
  });
});

describe('what a hostile server answers', () => {
  it.each<[string, string | Buffer]>([
    ['a redirect', head('307 Temporary Redirect', ['location: https://kms.initech.example/', 'content-length: 0'])],
    ['a redirect with a body', answer('{"text":"x"}', ['content-type: application/json', 'location: /x'], '301 Moved')],
    ['another type', answer('{"text":"x"}', ['content-type: text/html'])],
    ['no type', answer('{"text":"x"}', [])],
    ['a packed body', answer('{"text":"x"}', ['content-type: application/json', 'content-encoding: gzip'])],
    ['another shape', answer('{"text":1}')],
    ['what is no JSON', answer('{"text"')],
    ['a reserved name', answer('{"text":"x","__proto__":{}}')],
    ['nothing', answer('')],
    ['no content where some belongs', head('204 No Content')],
    ['created', answer('{"text":"x"}', ['content-type: application/json'], '201 Created')],
    ['an error without a problem', answer('sorry', ['content-type: text/plain'], '500 Oh')],
    ['a problem without a code', answer('{"title":"x"}', ['content-type: application/problem+json'], '500 Oh')],
    ['a problem with any code', answer('{"code":"a b"}', ['content-type: application/problem+json'], '500 Oh')],
    ['more than the limit', answer(JSON.stringify({ text: 'x'.repeat(1_048_576) }))],
    [
      'that there is more than the limit',
      head('200 OK', ['content-type: application/json', 'content-length: 2000000000']),
    ],
    ['headers without end', head('200 OK', [`x: ${'y'.repeat(9000)}`])],
    ['what is no HTTP', 'hello\r\n\r\n'],
    ['two lengths', answer('{"text":"x"}', ['content-type: application/json', 'content-length: 3'])],
    ['a length and chunks', answer('{"text":"x"}', ['content-type: application/json', 'transfer-encoding: chunked'])],
  ])('%s is no answer', async (_, bytes) => {
    serve((socket) => void socket.write(bytes));
    expect(await codeOf()).toBe('kms/peer-broken');
    expect(peers.opened).toHaveLength(1);
  });

  it('without end is read to the limit', async () => {
    let written = 0;
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
    serve((socket) => {
      socket.write(head('200 OK', ['content-type: application/json', 'transfer-encoding: chunked']));
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
      };
      socket.on('drain', more);
      more();
    });
    expect(await codeOf()).toBe('kms/peer-broken');
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it.each<[string, Saying]>([
    ['never', () => {}],
    ['only that it will', (socket) => void socket.write(head('102 Processing'))],
    ['half', (socket) => void socket.write(GOOD.slice(0, -3))],
    ['by hanging up', (socket) => void socket.end()],
    ['half, and hangs up', (socket) => void socket.end(GOOD.slice(0, -3))],
    [
      'by another protocol',
      (socket) => void socket.write(head('101 Switching Protocols', ['upgrade: x', 'connection: upgrade'])),
    ],
  ])('when it answers %s, the request is lost, and is not sent again', async (_, say) => {
    serve(say);
    expect(await codeOf()).toMatch(/^kms\/peer-(lost|broken)$/);
    expect(heard.match(/POST /g)).toHaveLength(1);
    expect(peers.opened).toHaveLength(1);
  });

  it('its refusal is told by its code alone', async () => {
    serve(
      (socket) =>
        void socket.write(
          answer(
            '{"code":"kms/not-authorized","detail":"hunter2"}',
            ['content-type: application/problem+json'],
            '403 No',
          ),
        ),
    );
    expect(await ask()).toEqual({ isRefused: true, status: 403, code: 'kms/not-authorized' });
    expect(acme.logged).not.toContain('hunter2');
  });

  it('a second answer nobody asked for answers no other request', async () => {
    serve((socket) => void socket.write(`${GOOD}${answer('{"text":"forged"}')}`));
    expect(await ask()).toEqual({ isRefused: false, value: { text: 'x' } });
    heard = '';
    serve(answers);
    expect(await ask()).toEqual({ isRefused: false, value: { text: 'x' } });
  });

  it('any bytes are an answer or a fault of its own', async () => {
    const changed = fc
      .tuple(fc.nat(GOOD.length - 1), fc.nat(3), fc.uint8Array({ maxLength: 4 }))
      .map(([at, cut, bytes]) =>
        Buffer.concat([Buffer.from(GOOD.slice(0, at)), bytes, Buffer.from(GOOD.slice(at + cut))]),
      );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 64 }), changed), async (bytes) => {
        heard = '';
        serve((socket) => void socket.end(bytes));
        acme.federation.disconnect();
        expect(await codeOf()).toMatch(/^(answered|kms\/peer-(broken|lost))$/);
      }),
      { numRuns },
    );
  });
});

describe('what may pass', () => {
  it('is tried again as long as nothing has left', async () => {
    let tries = 0;
    serve(answers);
    const accept = peers.intercept;
    peers.intercept = (stream, kmsHost) => {
      tries += 1;
      if (tries < 3) stream.destroy();
      else accept?.(stream, kmsHost);
    };
    expect(await codeOf()).toBe('answered');
    expect([tries, heard.match(/POST /g)?.length]).toEqual([3, 1]);
  });

  it('is given up after three tries', async () => {
    peers.intercept = (stream) => stream.destroy();
    expect(await codeOf()).toBe('kms/peer-lost');
    expect(peers.opened).toEqual([globex, globex, globex]);
  });
});
