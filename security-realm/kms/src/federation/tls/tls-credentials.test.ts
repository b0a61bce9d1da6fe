import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRealmLog } from '@cloister/logging';
import { type CloisterError, parseKmsHost } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newTlsKey, TestAuthority } from '../testing/test-authority.ts';
import { TlsCredentials } from './tls-credentials.ts';

const DAY_MS = 24 * 3600 * 1000;
const kmsHost = parseKmsHost('kms.acme.example');
const now = new Date('2026-11-22T08:00:00.000Z');
const key = newTlsKey();
const folder = mkdtempSync(join(tmpdir(), 'cloister-credentials-'));
const files = { certificate: join(folder, 'certificate.pem'), roots: join(folder, 'roots.pem') };
let clock = now;
let events: { event: string; code?: string }[] = [];
let [authority, stranger]: TestAuthority[] = [];
let [good, roots] = ['', ''];

const log = openRealmLog({ name: 'kms', destination: { write: (line) => void events.push(JSON.parse(line)) } });
const open = () => TlsCredentials.open({ files, owner: { kmsHost, key }, log, now: () => clock });
const put = (certificate: string, accepted: string) => {
  writeFileSync(files.certificate, certificate);
  writeFileSync(files.roots, accepted);
};

beforeAll(async () => {
  [authority, stranger] = [await TestAuthority.open(now), await TestAuthority.open(now)];
  good = await authority.certify(key, kmsHost, { now });
  roots = authority.root.certificatePem;
});
beforeEach(() => {
  [clock, events] = [now, []];
  put(good, roots);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a realm with federation does not start without a certificate that its peers would accept (R363)', () => {
  const failure = (): Promise<CloisterError> =>
    open().then(
      () => expect.unreachable(),
      (error) => error,
    );
  const hint = `have a certificate issued for "tlsKey" of the provision file, with the DNS name ${kmsHost}, for servers and clients, by one of the accepted roots`;

  it.each(['certificate', 'roots'] as const)('a file of %s that is missing', async (name) => {
    rmSync(files[name]);
    expect(await failure()).toMatchObject({
      code: 'config/unreadable',
      detail: `cannot read federation.${name}, ${files[name]} (ENOENT); write the PEM file there, or leave "federation" out`,
    });
  });

  it('roots of the release alone, while there are none (ADR 15)', async () => {
    const { certificate } = files;
    const options = { files: { certificate }, owner: { kmsHost, key }, log, now: () => clock };
    await expect(TlsCredentials.open(options)).rejects.toMatchObject({
      code: 'config/invalid',
      detail: expect.stringContaining('no root is accepted'),
    });
  });

  const other = newTlsKey();
  const odd = (...extensions: string[]) => authority?.certifyOddly(key, extensions) ?? '';
  const both = 'extendedKeyUsage=serverAuth,clientAuth';
  it.each<[string, () => Promise<string> | string, () => string, string]>([
    ['no certificate', () => 'x', () => roots, 'the file of the certificate holds none'],
    [
      'no roots',
      () => good,
      () => 'x',
      'no root is accepted: the release brings none, and federation.roots names none',
    ],
    [
      'another key',
      () => authority?.certify(other, kmsHost, { now }) ?? '',
      () => roots,
      "the certificate is not for this realm's TLS key",
    ],
    [
      'another host',
      () => authority?.certify(key, 'kms.globex.example', { now }) ?? '',
      () => roots,
      'the certificate is for another name',
    ],
    [
      'another root',
      () => good,
      () => stranger?.root.certificatePem ?? '',
      'the certificate does not lead to a trusted root',
    ],
    [
      'servers alone',
      () => odd(`subjectAltName=DNS:${kmsHost}`, 'extendedKeyUsage=serverAuth'),
      () => roots,
      'the certificate is not for clients',
    ],
    [
      'an authority',
      () => odd(`subjectAltName=DNS:${kmsHost}`, both, 'basicConstraints=critical,CA:TRUE'),
      () => roots,
      'the certificate is an authority',
    ],
  ])('one for %s', async (_, certificate, accepted, sentence) => {
    put(await certificate(), accepted());
    const error = await failure();
    expect(error).toMatchObject({ code: 'config/invalid', detail: `federation: ${sentence}; ${hint}` });
  });

  it('nothing of the key stands in an error', async () => {
    put('x', roots);
    expect(JSON.stringify(await failure())).not.toContain(String(key.export({ format: 'jwk' }).d));
  });
});

describe('a certificate', () => {
  it('that has run out stops federation and not the realm, until it is renewed', async () => {
    clock = new Date(now.getTime() + 31 * DAY_MS);
    const credentials = await open();
    await expect(credentials.current()).rejects.toMatchObject({ code: 'kms/no-federation' });
    const renewed = (await authority?.certify(key, kmsHost, { now: clock })) ?? '';
    put(renewed, roots);
    expect((await credentials.current()).certificatePem.trim()).toBe(renewed.trim());
    clock = new Date(clock.getTime() - 2 * DAY_MS);
    await expect(credentials.current()).rejects.toMatchObject({ code: 'kms/no-federation' });
  });

  it('that is renewed is taken up without a restart, with its roots', async () => {
    const credentials = await open();
    const before = await credentials.current();
    let newRoots = 0;
    credentials.onNewRoots(() => {
      newRoots += 1;
    });
    const renewed = (await authority?.certify(key, kmsHost, { now, days: 60 })) ?? '';
    put(renewed, roots);
    expect((await credentials.current()).certificatePem.trim()).toBe(renewed.trim());
    expect([newRoots, credentials.stillAccepts(before)]).toEqual([0, true]);
    expect(credentials.expiresAt).toBe(now.getTime() + 60 * DAY_MS);
    put(renewed, `${roots}\n${stranger?.root.certificatePem}`);
    expect((await credentials.current()).roots).toHaveLength(2);
    expect([newRoots, credentials.stillAccepts(before)]).toEqual([1, false]);
    expect(events.map(({ event }) => event)).toEqual([
      'federation.certificate-renewed',
      'federation.certificate-renewed',
    ]);
  });

  it('that cannot be used leaves the one before in force, and is logged once', async () => {
    const credentials = await open();
    const before = await credentials.current();
    for (const text of ['', good.slice(0, 200), good.replace('MII', 'MIJ')]) {
      events = [];
      put(text, roots);
      expect(await credentials.current()).toBe(before);
      expect(await credentials.current()).toBe(before);
      expect(events).toMatchObject([{ event: 'federation.certificate-not-renewed', code: 'config/invalid' }]);
    }
    put(good, roots);
    expect(await credentials.current()).toBe(before);
  });

  it('is read once for all who ask at the same moment', async () => {
    const credentials = await open();
    put((await authority?.certify(key, kmsHost, { now, days: 60 })) ?? '', roots);
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => credentials.current()));
    for (const other of others) expect(other).toBe(first);
    expect(events).toHaveLength(1);
  });
});
