import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { certificateRequest } from './certificate-request.ts';

const names = ['kms.acme.example', 'acme.example'];

it.each([
  ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 3072 })],
  ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
])('asks for a certificate of an %s key, by its signature and with its names, as openssl reads it', async (_, make) => {
  const privateJwk = make().privateKey.export({ format: 'jwk' });
  const pem = await certificateRequest({ dnsNames: names, privateJwk: privateJwk as JsonWebKey });
  const read = spawnSync('openssl', ['req', '-verify', '-noout', '-text'], { input: pem, encoding: 'utf8' });
  expect(read.status).toBe(0);
  expect(`${read.stdout}${read.stderr}`).toMatch(/verify OK/i);
  expect(read.stdout).toContain('DNS:kms.acme.example, DNS:acme.example');
  expect(read.stdout).toContain('CN = kms.acme.example');
  expect(pem).not.toContain(String(privateJwk.d));
});
