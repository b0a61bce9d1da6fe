import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueKmsCertificate, makeRoot, publishKmsKey } from '@cloister/certs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kmsHost } from '../testing/key-server-half.ts';
import { systemRoots as inBrowsers } from './system-roots-absent.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-roots-'));
const file = (name: string) => join(folder, name);
const now = new Date();

beforeAll(async () => {
  const [root, other] = [
    await makeRoot({ commonName: 'Acme’s own root', now }),
    await makeRoot({ commonName: 'x', now }),
  ];
  const { certificatePem, publicJwk } = await issueKmsCertificate({ root, kmsHost, now });
  const chainPem = `${certificatePem}\n${root.certificatePem}`;
  const rsaPublicKey = JSON.stringify(await publishKmsKey({ kmsHost, jwk: publicJwk, chainPem }));
  const kmsRoots = [other.certificatePem.replace(/-----[^-]+-----|\s/g, '')];
  writeFileSync(file('asked.json'), JSON.stringify({ rsaPublicKey, kmsHost, kmsRoots, now: now.getTime() }));
  writeFileSync(file('root.pem'), root.certificatePem);
  writeFileSync(file('other.pem'), other.certificatePem);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a client says that was started with these variables, and was told another root than the key server's. */
const clientWith = (variables: Readonly<Record<string, string>>): string => {
  const { NODE_EXTRA_CA_CERTS: _, SSL_CERT_FILE: __, SSL_CERT_DIR: ___, ...rest } = process.env;
  const program = join(import.meta.dirname, '../testing/discover-main.ts');
  const env = { ...rest, ...variables };
  return execFileSync(process.execPath, [program, file('asked.json')], { env, encoding: 'utf8' }).trim();
};

it.each([
  ['NODE_EXTRA_CA_CERTS', 'NODE_EXTRA_CA_CERTS'],
  ['the system’s store', 'SSL_CERT_FILE'],
])('accepts a key server under a private root that is in %s (R304)', (_, variable) => {
  expect(clientWith({ [variable]: file('root.pem') })).toBe('accepted');
});

it('refuses one under a private root that is nowhere, or when another is there (R304)', () => {
  expect(clientWith({})).toBe('kms/invalid-certificate');
  expect(clientWith({ NODE_EXTRA_CA_CERTS: file('other.pem') })).toBe('kms/invalid-certificate');
});

it('knows of none in a browser, which shows no program its own: there `app` gives the roots', () => {
  expect(inBrowsers()).toEqual([]);
});
