import { brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootCertificate } from '../testing/root-certificate.ts';
import { type RunningApp, runApp, script, shell } from '../testing/running-app.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);

let app: RunningApp;
beforeAll(async () => {
  app = await runApp();
});
afterAll(() => app.stop());

describe('the shell', () => {
  it.each([
    '/',
    '/hub',
    '/hub/keys',
    '/hub/domains',
    '/hub/outside',
    '/hub/search',
    '/search',
    '/signed-in?code=x&state=y',
    '/rooms/3b0a0a52-9d0e-4c4b-8b5e-0f8f5a0f3c11',
    '/rooms/3b0a0a52-9d0e-4c4b-8b5e-0f8f5a0f3c11/42',
  ])('is served at %s and never stored', async (path) => {
    const answer = await app.ask(path);
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toBe(shell);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });
});

describe('security headers', () => {
  it('lets the page connect to its core, files and identity and to nothing else (R281)', async () => {
    const policy = (await app.ask('/')).headers['content-security-policy'];
    expect(policy).toBe(
      [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self' http://core.localhost:8443 http://files.localhost:8443 http://id.localhost:8443 ws://core.localhost:8443",
        "form-action 'self' http://id.localhost:8443",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ].join('; '),
    );
  });

  it('names the https servers to a page served over https', async () => {
    const answer = await app.ask('/', { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'acme.localhost:8444' });
    expect(answer.headers['content-security-policy']).toContain('https://core.localhost:8444');
    expect(answer.headers['content-security-policy']).toContain('wss://core.localhost:8444');
    expect(answer.headers['content-security-policy']).not.toContain('http://');
  });

  it('are on refusals too', async () => {
    const answer = await app.ask('/nothing');
    expect(answer.status).toBe(404);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
  });
});

describe('assets', () => {
  it('are immutable and come in the best coding the client accepts', async () => {
    const answer = await app.ask('/assets/main-1a2b.js', { 'accept-encoding': 'gzip, deflate, br' });
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(answer.body).toString()).toBe(script);
  });

  it('come plain to a client that refuses every coding', async () => {
    const answer = await app.ask('/assets/main-1a2b.js', { 'accept-encoding': 'br;q=0, identity' });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.body.toString()).toBe(script);
  });

  it('are not sent again to a client that has them', async () => {
    const { etag } = (await app.ask('/icon.svg')).headers;
    const answer = await app.ask('/icon.svg', { 'if-none-match': String(etag) });
    expect(answer.status).toBe(304);
    expect(answer.body).toHaveLength(0);
  });
});

describe('config.json', () => {
  it('tells the client where its servers are and which roots to trust (R301)', async () => {
    const answer = await app.ask('/config.json');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.body.toString())).toEqual({
      catalogue: 'http://core.localhost:8443/u2c/api/v1',
      idbroker: 'http://id.localhost:8443/idbroker',
      identity: 'http://id.localhost:8443/identity',
      clientId: 'cloister-web',
      organisation: app.config.organisation,
      kmsRoots: [rootCertificate.replaceAll(/-----[^-]+-----|\n/g, '')],
    });
  });
});

describe('refusals', () => {
  it('answers 400 to a name it is not reached under', async () => {
    expect((await app.ask('/', { host: 'evil.example' })).status).toBe(400);
    expect((await app.ask('/', { 'x-forwarded-host': 'evil.example' })).status).toBe(400);
  });

  it('answers 405 to anything but reading', async () => {
    const answer = await app.ask('/', {}, 'POST');
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  });

  it('answers HEAD without a body', async () => {
    const answer = await app.ask('/', {}, 'HEAD');
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(0);
    expect(answer.headers['content-length']).toBe(String(shell.length));
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '//secret.txt',
    '/index.html',
    '/assets/main-1a2b.js.br',
    '/rooms/not-a-room',
    '/rooms/3b0a0a52-9d0e-4c4b-8b5e-0f8f5a0f3c11/0',
    '/search/plan',
    '/rooms/',
    '/assets/',
    '/.env',
  ])('answers 404 to %s', async (path) => {
    const answer = await app.ask(path);
    expect(answer.status).toBe(404);
    expect(answer.body.toString()).not.toContain('outside');
  });

  it('never leaves dist nor fails, whatever the path', async () => {
    const pathCharacter = fc.constantFrom(
      '.',
      '/',
      '%2e',
      '%2f',
      '\\',
      's',
      'secret.txt',
      'assets',
      '?',
      '#',
      '%00',
      '~',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pathCharacter, { maxLength: 12 }), async (parts) => {
        const answer = await app.ask(`/${parts.join('')}`);
        expect([200, 404]).toContain(answer.status);
        expect(answer.body.toString()).not.toContain('outside');
      }),
      { numRuns: runs },
    );
  });
});
