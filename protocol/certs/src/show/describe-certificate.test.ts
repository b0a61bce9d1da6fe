import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { oidText } from '../der/oid-text.ts';
import { describeCertificate, issueServerCertificate, makeRoot, rootsFromPem } from '../index.ts';
import { attribute, commonName, drop, extension, put, writeCertificate } from '../testing/certificate-draft.ts';
import { bmp, oid, sequence, utf8 } from '../testing/der-writer.ts';
import { dnsName, HOST, purposes, sceneOf } from '../testing/scene.ts';

const RUNS = Number(process.env.CLOISTER_RUNS ?? 100);
const plain = () => sceneOf({ rootKey: 'P-256', leafKey: 'RSA 2048', hash: 'sha256', purpose: 'server' });

it('shows what another implementation shows', async () => {
  const now = new Date('2026-11-22T08:00:00.000Z');
  const root = await makeRoot({ commonName: 'Evaluation root', now });
  const { certificatePem } = await issueServerCertificate({ root, dnsNames: [HOST, 'acme.example'], now });
  const [der = new Uint8Array()] = rootsFromPem(certificatePem);
  const shown = await describeCertificate(der);
  const theirs = new X509Certificate(certificatePem);
  expect(shown).toEqual({
    subject: theirs.subject,
    issuer: 'CN=Evaluation root',
    serialNumber: theirs.serialNumber.toLowerCase(),
    notBefore: theirs.validFromDate.getTime(),
    notAfter: theirs.validToDate.getTime(),
    key: 'P-256',
    dnsNames: [HOST, 'acme.example'],
    purposes: ['server'],
    isAuthority: false,
    fingerprint: expect.stringMatching(/^[\w-]{43}$/),
    certificateFingerprint: theirs.fingerprint256.replaceAll(':', '').toLowerCase(),
    faults: [],
  });
  const [rootDer = new Uint8Array()] = rootsFromPem(root.certificatePem);
  expect(await describeCertificate(rootDer)).toMatchObject({ isAuthority: true, key: 'RSA 3072', faults: [] });
});

it('names every rule that is broken, whoever issued it', async () => {
  const { leaf } = plain();
  drop(leaf, 'authorityKeyIdentifier');
  put(leaf, extension('extendedKeyUsage', purposes('1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.311.10.3.3')));
  leaf.issuer = sequence();
  expect(await describeCertificate(writeCertificate(leaf))).toMatchObject({
    key: 'RSA 2048',
    purposes: ['client', '1.3.6.1.4.1.311.10.3.3'],
    faults: ['names no issuer', 'does not say which key signed it'],
  });
});

it('writes names as RFC 4514 does, and nothing a terminal would obey', async () => {
  const { leaf } = plain();
  leaf.subject = sequence(
    attribute('2.5.4.6', utf8('DE')),
    attribute('2.5.4.10', utf8(' Acme, "Inc" #1 ')),
    attribute('1.2.840.113549.1.9.1', utf8('x')),
    commonName(bmp('ab')),
    commonName(utf8('#\u001b[31m\u202eKö')),
  );
  put(leaf, extension('subjectAltName', sequence(dnsName('a\u001b[2J'))));
  const { subject, dnsNames } = await describeCertificate(writeCertificate(leaf));
  expect(subject).toBe(
    String.raw`CN=\#\1b[31m\e2\80\aeKö,CN=#1e0400610062,1.2.840.113549.1.9.1=#0c0178,O=\ Acme\, \"Inc\" #1\ ,C=DE`,
  );
  expect(dnsNames).toEqual([String.raw`a\1b[2J`]);
});

it('prints no control character of any name', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
      const { leaf } = plain();
      leaf.subject = sequence(commonName(utf8(text)));
      const { subject } = await describeCertificate(writeCertificate(leaf));
      expect(subject).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: RUNS },
  );
});

it('writes every object identifier as its dotted numbers', () => {
  const arc = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(fc.constantFrom(0, 1), fc.nat(39), fc.array(arc, { maxLength: 6 }), (first, second, rest) => {
      const dotted = [first, second, ...rest].join('.');
      expect(oidText(Buffer.from(oid(dotted).subarray(2)).toString('hex'))).toBe(dotted);
    }),
    { numRuns: RUNS },
  );
  expect(oidText('883703')).toBe('2.999.3');
});
