import { X509Certificate } from 'node:crypto';
import { parseKmsHost } from '@cloister/wire';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CertifiedKey,
  certifyKmsKey,
  checkKmsCertificate,
  issueKmsCertificate,
  issueServerCertificate,
  type KmsCertificate,
  makeRoot,
  type PublishedKmsJwk,
  publishKmsKey,
  rootsFromPem,
  spkiFingerprint,
} from '../index.ts';
import { loadX509 } from '../load-x509.ts';

const RUNS = Number(process.env.CLOISTER_RUNS ?? 100);
const HOST = parseKmsHost('kms.acme.localhost');
const NOW = new Date('2026-11-21T20:00:00.000Z');
const YEAR = 365 * 24 * 60 * 60 * 1000;

let root: CertifiedKey;
let other: CertifiedKey;
let kms: KmsCertificate;
let roots: readonly Uint8Array[];

beforeAll(async () => {
  [root, other] = await Promise.all([
    makeRoot({ commonName: 'Evaluation root', now: NOW }),
    makeRoot({ commonName: 'Evaluation root', now: NOW }),
  ]);
  kms = await issueKmsCertificate({ root, kmsHost: HOST, now: NOW });
  roots = rootsFromPem(root.certificatePem);
});

const check = (changes: Partial<Parameters<typeof checkKmsCertificate>[0]> = {}) =>
  checkKmsCertificate({ jwk: kms.publicJwk, kmsHost: HOST, roots, now: NOW.getTime(), ...changes });
/** The sentence of the refusal, or null. */
const refusal = async (changes: Parameters<typeof check>[0]): Promise<string | null> =>
  check(changes).then(
    () => null,
    (error) => {
      expect(error).toMatchObject({ name: 'CloisterError', code: 'kms/invalid-certificate' });
      return error.detail;
    },
  );
const jwk = (changes: object): object => ({ ...kms.publicJwk, ...changes });

describe('the key server certificate (R301, R304)', () => {
  it('is accepted under its root, with or without the root in the list, and with a path in the kid', async () => {
    const expected = {
      kid: `kms://${HOST}`,
      host: HOST,
      jwk: { kty: 'RSA', n: kms.publicJwk.n, e: 'AQAB' },
      expiresAt: NOW.getTime() + YEAR,
      fingerprint: await spkiFingerprint(rootsFromPem(kms.certificatePem)[0] ?? new Uint8Array()),
    };
    expect(await check()).toEqual(expected);
    expect(await check({ jwk: jwk({ x5c: kms.publicJwk.x5c.slice(0, 1) }) })).toEqual(expected);
    const kid = `kms://${HOST}/static/1`;
    expect(await check({ jwk: jwk({ kid }) })).toEqual({ ...expected, kid });
  });

  it('carries no use and no alg, since both break published clients (kms.md §0.3)', () => {
    expect(Object.keys(kms.publicJwk).sort()).toEqual(['e', 'kid', 'kty', 'n', 'x5c']);
    expect(Object.keys(kms.privateJwk).sort()).toEqual(['d', 'dp', 'dq', 'e', 'kty', 'n', 'p', 'q', 'qi']);
    expect(Buffer.from(kms.publicJwk.n, 'base64url')).toHaveLength(3072 / 8);
  });

  it('is refused under another root of the same name, and under none: there is no mode without roots', async () => {
    const sentence = 'the certificate does not lead to a trusted root';
    expect(await refusal({ roots: rootsFromPem(other.certificatePem) })).toBe(sentence);
    expect(await refusal({ roots: [] })).toBe('no root is trusted');
    expect(await refusal({ roots: rootsFromPem(other.certificatePem + root.certificatePem) })).toBeNull();
  });

  it("names the organisation's domain beside the host, where that is known", async () => {
    const domain = 'acme.localhost';
    const both = await issueKmsCertificate({ root, kmsHost: HOST, domain, now: NOW });
    expect(await refusal({ jwk: both.publicJwk, domain })).toBeNull();
    expect(await refusal({ jwk: both.publicJwk })).toBeNull();
    expect(await refusal({ jwk: both.publicJwk, domain: 'globex.localhost' })).toBe(
      'the certificate is for another name',
    );
    expect(await refusal({ domain })).toBe('the certificate is for another name');
  });

  it('is refused before and after its time', async () => {
    const sentence = 'the certificate is not valid at this time';
    expect(await refusal({ now: NOW.getTime() - 2 * 60 * 60 * 1000 })).toBe(sentence);
    expect(await refusal({ now: NOW.getTime() + YEAR })).toBeNull();
    expect(await refusal({ now: NOW.getTime() + YEAR + 1000 })).toBe(sentence);
  });

  it.each<[string, () => Partial<Parameters<typeof checkKmsCertificate>[0]>, string]>([
    ['another kind of key', () => ({ jwk: jwk({ kty: 'EC' }) }), "'kty' must be 'RSA'"],
    ['use', () => ({ jwk: jwk({ use: 'enc' }) }), "the key must carry no 'use', 'alg' or 'key_ops'"],
    ['alg', () => ({ jwk: jwk({ alg: 'PS256' }) }), "the key must carry no 'use', 'alg' or 'key_ops'"],
    ['a private part', () => ({ jwk: jwk({ d: 'AAAA' }) }), 'the key is private'],
    ['a kid of another scheme', () => ({ jwk: jwk({ kid: `https://${HOST}` }) }), "'kid' must be a 'kms:' address"],
    ['no kid', () => ({ jwk: jwk({ kid: undefined }) }), "'kid' must be a 'kms:' address"],
    ['a kid with a port', () => ({ jwk: jwk({ kid: `kms://${HOST}:1` }) }), "'kid' must be a 'kms:' address"],
    [
      'a kid of another host',
      () => ({ jwk: jwk({ kid: 'kms://kms.evil.localhost' }) }),
      "'kid' names another key server",
    ],
    [
      'another host asked for',
      () => ({ kmsHost: parseKmsHost('kms.globex.localhost') }),
      "'kid' names another key server",
    ],
    ['no certificates', () => ({ jwk: jwk({ x5c: undefined }) }), 'the key does not contain a list of certificates'],
    ['an empty list', () => ({ jwk: jwk({ x5c: [] }) }), 'the key does not contain a list of certificates'],
    [
      'too many',
      () => ({ jwk: jwk({ x5c: Array(9).fill(kms.publicJwk.x5c[0]) }) }),
      'the list of certificates is too long',
    ],
    ['base64url', () => ({ jwk: jwk({ x5c: ['ab-_'] }) }), 'a certificate is not base64'],
    ['what is no certificate', () => ({ jwk: jwk({ x5c: ['AAAA'] }) }), 'a certificate cannot be read'],
    ['the root alone', () => ({ jwk: jwk({ x5c: kms.publicJwk.x5c.slice(1) }) }), 'the certificate is an authority'],
    [
      'another modulus',
      () => ({ jwk: jwk({ n: kms.publicJwk.n.replace(/^./, 'A') }) }),
      "the key is not the certificate's",
    ],
    ['another exponent', () => ({ jwk: jwk({ e: 'AQAD' }) }), "the key is not the certificate's"],
    ['a small modulus', () => ({ jwk: jwk({ n: 'AQAB' }) }), "the key is not the certificate's"],
  ])('refuses %s', async (_, changes, sentence) => {
    expect(await refusal(changes())).toBe(sentence);
  });

  it("refuses another key server's certificate, key and all, under the right kid", async () => {
    const evil = await issueKmsCertificate({ root, kmsHost: parseKmsHost('kms.evil.localhost'), now: NOW });
    expect(await refusal({ jwk: { ...evil.publicJwk, kid: `kms://${HOST}` } })).toBe(
      'the certificate is for another name',
    );
  });

  it('refuses a certificate with any byte changed', async () => {
    const [leaf = ''] = kms.publicJwk.x5c;
    const der = Buffer.from(leaf, 'base64');
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(der);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(await refusal({ jwk: jwk({ x5c: [changed.toString('base64')] }) })).not.toBeNull();
      }),
      { numRuns: RUNS },
    );
  });

  it('answers any key and any bytes with a typed error', async () => {
    const der = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    const members = fc.record(
      {
        kty: fc.constant('RSA'),
        kid: fc.constant(`kms://${HOST}`),
        n: fc.constant('AQAB'),
        e: fc.anything(),
        x5c: fc.array(der),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), members), fc.uint8Array(), async (key, bytes) => {
        expect(await refusal({ jwk: key })).not.toBeNull();
        expect(await refusal({ roots: [bytes] })).toBe('the certificate does not lead to a trusted root');
      }),
      { numRuns: RUNS },
    );
  });
});

describe('names in certificates', () => {
  /** A leaf over the key server's key as some other authority might write it. */
  async function leafWith(subject: string, names: readonly { type: 'dns' | 'ip' | 'email'; value: string }[] | null) {
    const x509 = await loadX509();
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const issuer = new x509.X509Certificate(root.certificatePem);
    const [der = new ArrayBuffer()] = x509.PemConverter.decode(root.privateKeyPem);
    const leaf = await x509.X509CertificateGenerator.create({
      serialNumber: '01',
      subject,
      issuer: issuer.subject,
      notBefore: new Date(NOW.getTime() - YEAR),
      notAfter: new Date(NOW.getTime() + YEAR),
      signingAlgorithm: algorithm,
      publicKey: await new x509.X509Certificate(kms.certificatePem).publicKey.export(),
      signingKey: await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']),
      extensions:
        names === null
          ? [await x509.AuthorityKeyIdentifierExtension.create(issuer)]
          : [
              await x509.AuthorityKeyIdentifierExtension.create(issuer),
              new x509.SubjectAlternativeNameExtension([...names]),
            ],
    });
    return { jwk: jwk({ x5c: [leaf.toString('base64')] }) };
  }
  const wrongName = 'the certificate is for another name';

  it('count in the SAN, whatever the common name, in any case', async () => {
    expect(await refusal(await leafWith('CN=anything', [{ type: 'dns', value: 'KMS.acme.localhost' }]))).toBeNull();
    const several = [
      { type: 'ip', value: '127.0.0.1' },
      { type: 'dns', value: 'x.localhost' },
      { type: 'dns', value: HOST },
    ] as const;
    expect(await refusal(await leafWith('CN=anything', several))).toBeNull();
  });

  it('count in the common name only where there is no SAN at all (threats 25)', async () => {
    expect(await refusal(await leafWith(`CN=${HOST}`, null))).toBeNull();
    expect(await refusal(await leafWith(`CN=${HOST}`, [{ type: 'dns', value: 'x.localhost' }]))).toBe(wrongName);
    expect(await refusal(await leafWith(`CN=${HOST}`, [{ type: 'email', value: 'a@x.localhost' }]))).toBe(wrongName);
    expect(await refusal(await leafWith(`O=${HOST}`, null))).toBe(wrongName);
  });

  it('match exactly: no wildcard, no parent, no trailing dot, no address', async () => {
    for (const value of ['*.acme.localhost', 'acme.localhost', `${HOST}.`, `x.${HOST}`, `${HOST}\0.evil.example`]) {
      expect(await refusal(await leafWith('CN=x', [{ type: 'dns', value }]))).toBe(wrongName);
    }
    expect(await refusal(await leafWith('CN=x', [{ type: 'email', value: HOST }]))).toBe(wrongName);
  });
});

describe('certificates for an evaluation deployment', () => {
  it('stand up to another implementation: names, key, chain, purpose', async () => {
    const issued = await issueServerCertificate({
      root,
      dnsNames: ['localhost', 'core.localhost'],
      ipAddresses: ['127.0.0.1'],
      now: NOW,
    });
    const leaf = new X509Certificate(issued.certificatePem);
    const authority = new X509Certificate(root.certificatePem);
    expect(leaf.subjectAltName).toBe('DNS:localhost, DNS:core.localhost, IP Address:127.0.0.1');
    expect(leaf.checkIssued(authority) && leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(authority.ca).toBe(true);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(issued.privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it('certify a key that the key server keeps, and publish it with its chain', async () => {
    const certificatePem = await certifyKmsKey({ root, kmsHost: HOST, publicJwk: { ...kms.publicJwk }, now: NOW });
    const chainPem = `${certificatePem}\n${root.certificatePem}`;
    const published: PublishedKmsJwk = publishKmsKey({ kmsHost: HOST, jwk: kms.publicJwk, chainPem });
    expect(published.x5c).toHaveLength(2);
    expect((await check({ jwk: JSON.parse(JSON.stringify(published)) })).jwk.n).toBe(kms.publicJwk.n);
  });

  it('do not make a server certificate an authority', async () => {
    const server = await issueServerCertificate({ root, dnsNames: [HOST], now: NOW });
    const roots = rootsFromPem(server.certificatePem);
    expect(await refusal({ roots })).toBe('the certificate does not lead to a trusted root');
  });
});
