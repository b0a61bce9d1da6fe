import type { KeyObject } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Route } from './http/route.ts';
import { rawTls, until, untilEnd } from './testing/raw-client.ts';
import { streamPair } from './testing/stream-pair.ts';
import { newTlsKey, TestAuthority } from './testing/test-authority.ts';
import { type TestPeer, TestPeers } from './testing/test-peer.ts';

const REQUEST = 'GET /federation/v1/handler HTTP/1.1\r\nhost: kms.acme.example\r\n\r\n';
const SAN = 'subjectAltName=DNS:kms.globex.example';
const BOTH = 'extendedKeyUsage=serverAuth,clientAuth';

let reached = 0;
const routes: Route[] = [
  {
    method: 'GET',
    path: '/federation/v1/handler',
    answer: async () => {
      reached += 1;
      return { status: 204 };
    },
  },
];

let peers: TestPeers;
let [authority, stranger]: TestAuthority[] = [];
let acme: TestPeer;
const key: KeyObject = newTlsKey();
const keyPem = key.export({ type: 'pkcs8', format: 'pem' }) as string;

beforeAll(async () => {
  const now = new Date();
  [authority, stranger] = [await TestAuthority.open(now), await TestAuthority.open(now)];
  peers = new TestPeers(authority);
  acme = await peers.add('kms.acme.example', { routes, limits: { handshakeMs: 300 } });
  for (const name of ['kms.globex.example', 'kms.initech.example']) peers.directory.set(name, { organisationIds: [] });
});
afterAll(() => peers.close());
beforeEach(() => {
  reached = 0;
  acme.logged = '';
});

/** What a client hears that sends its request as soon as it can. */
const answerTo = async (options: ConnectionOptions): Promise<string> => {
  const [near, far] = await streamPair();
  void acme.federation.accept(far);
  const socket = rawTls(near, { servername: acme.kmsHost, ...options });
  const heard = untilEnd(socket);
  socket.write(REQUEST);
  return heard;
};

const certified = (name: string, now = new Date()) => authority?.certify(key, name, { now }) ?? '';
const odd = (...extensions: string[]) => authority?.certifyOddly(key, extensions) ?? '';

describe('a stream that a realm takes', () => {
  it('is answered when its client proves to be a realm of the directory', async () => {
    const [near, far] = await streamPair();
    void acme.federation.accept(far);
    const socket = rawTls(near, { servername: acme.kmsHost, key: keyPem, cert: await certified('kms.globex.example') });
    const heard = until(socket, /204 No Content/);
    socket.write(REQUEST);
    await heard;
    expect(reached).toBe(1);
    expect(acme.events).toContain('peer.met');
    socket.destroy();
  });

  it.each<[string, () => Promise<ConnectionOptions>]>([
    ['without a certificate', async () => ({})],
    [
      'with one of another root of the same name',
      async () => ({ key: keyPem, cert: await stranger?.certify(key, 'kms.globex.example', { now: new Date() }) }),
    ],
    [
      'with one that signed itself',
      async () => ({ key: stranger?.root.privateKeyPem, cert: stranger?.root.certificatePem }),
    ],
    [
      'with the root itself',
      async () => ({ key: authority?.root.privateKeyPem, cert: authority?.root.certificatePem }),
    ],
    [
      'with one that has run out',
      async () => ({
        key: keyPem,
        cert: await certified('kms.globex.example', new Date(Date.now() - 31 * 86_400_000)),
      }),
    ],
    ['with one for servers alone', async () => ({ key: keyPem, cert: odd(SAN, 'extendedKeyUsage=serverAuth') })],
    [
      'by TLS 1.2',
      async () => ({ key: keyPem, cert: await certified('kms.globex.example'), maxVersion: 'TLSv1.2' as const }),
    ],
    [
      'for another protocol',
      async () => ({ key: keyPem, cert: await certified('kms.globex.example'), ALPNProtocols: ['h2'] }),
    ],
  ])('is refused in TLS %s, and nothing reaches a handler (R363, R364)', async (_, options) => {
    expect(await answerTo(await options())).toBe('');
    expect(reached).toBe(0);
    expect(acme.events).toEqual(['peer.not-accepted']);
  });

  it.each<[string, string, () => Promise<ConnectionOptions>]>([
    [
      'whose name the directory has not',
      'kms/peer-unknown',
      async () => ({ cert: await certified('kms.nowhere.example') }),
    ],
    [
      'that is good for two realms',
      'kms/peer-unknown',
      async () => ({ cert: odd(`${SAN},DNS:kms.initech.example`, BOTH) }),
    ],
    [
      'for a whole domain',
      'kms/peer-unknown',
      async () => ({ cert: odd('subjectAltName=DNS:*.globex.example', BOTH) }),
    ],
    ['for an address', 'kms/peer-unknown', async () => ({ cert: odd('subjectAltName=IP:127.0.0.1', BOTH) })],
    ['without an alternative name', 'kms/peer-unknown', async () => ({ cert: odd(BOTH) })],
    [
      'that is an authority, which Node lets pass',
      'kms/peer-untrusted',
      async () => ({
        cert: odd(SAN, BOTH, 'basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature,keyCertSign'),
      }),
    ],
    [
      'whose key may not sign, which Node lets pass',
      'kms/peer-untrusted',
      async () => ({ cert: odd(SAN, 'keyUsage=critical,keyAgreement') }),
    ],
    [
      'by a client that names no protocol',
      'kms/peer-untrusted',
      async () => ({ cert: await certified('kms.globex.example'), ALPNProtocols: [] }),
    ],
  ])('is refused with a certificate %s: it hears why, and nothing reaches a handler', async (_, code, options) => {
    const heard = await answerTo({ key: keyPem, ...(await options()) });
    expect(heard).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(JSON.parse(heard.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code, status: 403 });
    expect(heard).not.toContain('detail');
    expect(reached).toBe(0);
    expect(acme.events).toEqual(['peer.refused']);
  });

  it('is judged by this realm’s own clock as well, whatever OpenSSL thinks of the time', async () => {
    acme.aheadMs = 31 * 86_400_000;
    acme.write(
      (await authority?.certify(acme.key, acme.kmsHost, { now: new Date(), days: 90 })) ?? '',
      authority?.root.certificatePem ?? '',
    );
    const heard = await answerTo({ key: keyPem, cert: await certified('kms.globex.example') });
    acme.aheadMs = 0;
    expect(heard).toMatch(/^HTTP\/1\.1 403 /);
    expect([reached, acme.events]).toEqual([0, ['federation.certificate-renewed', 'peer.refused']]);
  });

  const bytes: [string, (stream: Duplex) => void][] = [
    ['a request without TLS', (stream) => stream.write(REQUEST)],
    ['anything but TLS', (stream) => stream.write(Buffer.alloc(4096, 0x80))],
    ['nothing for longer than a handshake may take', () => {}],
    ['half a hello', (stream) => stream.write(Buffer.from('1603010200010001fc0303', 'hex'))],
  ];
  it.each(bytes)('ends when it carries %s', async (_, say) => {
    const [near, far] = await streamPair();
    const taken = acme.federation.accept(far);
    const heard = untilEnd(near);
    say(near);
    await Promise.all([heard, taken]);
    expect([reached, far.destroyed, acme.events]).toEqual([0, true, ['peer.not-accepted']]);
  });

  it('ends when the other side goes away in the middle of the handshake', async () => {
    const [near, far] = await streamPair();
    const taken = acme.federation.accept(far);
    near.once('data', () => near.destroy());
    rawTls(near, { servername: acme.kmsHost });
    await taken;
    expect([reached, far.destroyed]).toEqual([0, true]);
  });

  it('is refused when the peer cannot be written down', async () => {
    await acme.database.close();
    const heard = await answerTo({ key: keyPem, cert: await certified('kms.globex.example') });
    expect(JSON.parse(heard.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'kms/unavailable' });
    expect(reached).toBe(0);
  });
});
