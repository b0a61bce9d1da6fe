import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { parseKmsHost } from '@cloister/wire';
import { expect, it } from 'vitest';
import { certifyTlsKey, makeRoot } from '../index.ts';

it('certifies a key server’s own key under its name alone, for both sides of TLS (R363)', async () => {
  const now = new Date('2026-11-22T08:00:00.000Z');
  const root = await makeRoot({ commonName: 'test root', now });
  const publicJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const kmsHost = parseKmsHost('kms.acme.example');
  const leaf = new X509Certificate(await certifyTlsKey({ root, kmsHost, publicJwk, now, days: 30 }));
  expect(leaf.subjectAltName).toBe(`DNS:${kmsHost}`);
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  expect(leaf.publicKey.equals(createPublicKey({ key: publicJwk, format: 'jwk' }))).toBe(true);
  expect(leaf.verify(new X509Certificate(root.certificatePem).publicKey)).toBe(true);
  expect(leaf.validToDate).toEqual(new Date('2026-12-22T08:00:00.000Z'));
});
