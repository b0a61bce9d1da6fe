import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { connect, createServer, rootCertificates, type TLSSocket } from 'node:tls';
import { parseKmsHost } from '@cloister/wire';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CertificatePurpose,
  type CertifiedKey,
  certifyTlsKey,
  checkTlsCertificate,
  comparePin,
  describeCertificate,
  issueServerCertificate,
  makeRoot,
  parseSpkiFingerprint,
  rootsFromPem,
  spkiFingerprint,
  type TlsCertificateInput,
} from '../index.ts';

import {
  CRITICAL,
  draftOf,
  drop,
  extension,
  keyIdentifierOf,
  nameOf,
  put,
  signerOf,
  writeCertificate,
} from '../testing/certificate-draft.ts';
import { boolean, integer, octets, sequence } from '../testing/der-writer.ts';
import { keyOf } from '../testing/key-pool.ts';
import { authorityKeyIdentifier, HOST, sceneOf } from '../testing/scene.ts';

const now = new Date('2026-11-22T08:00:00.000Z');
const host = parseKmsHost('kms.acme.example');
const derOf = (pem: string): Uint8Array => rootsFromPem(pem)[0] ?? new Uint8Array();

/** A realm's own key and its certificate, for both ends of TLS. */
async function realm(root: CertifiedKey, kmsHost = host): Promise<CertifiedKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = publicKey.export({ format: 'jwk' });
  return {
    certificatePem: await certifyTlsKey({ root, kmsHost, publicJwk, now }),
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

let root: CertifiedKey;
let foreign: CertifiedKey;
let acme: CertifiedKey;

beforeAll(async () => {
  [root, foreign] = await Promise.all([
    makeRoot({ commonName: 'Evaluation root', now }),
    makeRoot({ commonName: 'Evaluation root', now }),
  ]);
  acme = await realm(root);
});

const input = (changes: Partial<TlsCertificateInput> = {}): TlsCertificateInput => ({
  certificate: derOf(acme.certificatePem),
  names: [host],
  purpose: 'server',
  roots: rootsFromPem(root.certificatePem),
  now: now.getTime(),
  ...changes,
});
/** The code of the refusal, or null. */
const refusal = (changes: Partial<TlsCertificateInput>): Promise<string | null> =>
  checkTlsCertificate(input(changes)).then(
    () => null,
    ({ code }) => code,
  );

describe("a realm's certificate (R301, R363, R364)", () => {
  it('is accepted at both ends, and says what can be pinned and until when it lasts', async () => {
    const leaf = new X509Certificate(acme.certificatePem);
    for (const purpose of ['server', 'client'] as const) {
      expect(await checkTlsCertificate(input({ purpose }))).toEqual({
        purpose,
        names: [host],
        fingerprint: await spkiFingerprint(derOf(acme.certificatePem)),
        rootFingerprint: await spkiFingerprint(derOf(root.certificatePem)),
        expiresAt: leaf.validToDate.getTime(),
        publicKey: Uint8Array.from(leaf.publicKey.export({ format: 'der', type: 'spki' })),
      });
    }
  });

  it('is refused under no root at all, under another of the same name, and under what is no root', async () => {
    expect(await refusal({ roots: [] })).toBe('certs/no-roots');
    expect(await refusal({ roots: rootsFromPem(foreign.certificatePem) })).toBe('certs/untrusted');
    expect(await refusal({ roots: [Uint8Array.of(1, 2, 3)] })).toBe('certs/untrusted');
    expect(await refusal({ roots: [derOf(acme.certificatePem)] })).toBe('certs/untrusted');
  });

  it('is found under its root among many, whatever else the store holds', async () => {
    const roots = [Uint8Array.of(1), ...rootCertificates.map(derOf), derOf(foreign.certificatePem)];
    expect(await refusal({ roots })).toBe('certs/untrusted');
    expect(await refusal({ roots: [...roots, derOf(root.certificatePem)] })).toBeNull();
  });

  it('is refused for any name but its own, for none, and for what is no plain host name (threats row 15)', async () => {
    expect(await refusal({ names: [] })).toBe('certs/wrong-name');
    expect(await refusal({ names: [host, 'acme.example'] })).toBe('certs/wrong-name');
    const certificate = derOf(
      (
        await issueServerCertificate({
          root,
          dnsNames: [host, 'acme.example', '*.acme.example', 'xn--acme-9na.example', '127.1'],
          ipAddresses: ['127.0.0.1'],
          now,
        })
      ).certificatePem,
    );
    expect(await refusal({ certificate, names: [host, 'acme.example'] })).toBeNull();
    for (const name of [
      '*.acme.example',
      'x.acme.example',
      'xn--acme-9na.example',
      '127.1',
      '127.0.0.1',
      '',
      'KMS.acme.example',
    ]) {
      expect([name, await refusal({ certificate, names: [name] })]).toEqual([name, 'certs/wrong-name']);
    }
  });

  it('is refused for a use that it does not name, and outside its time', async () => {
    const { certificatePem } = await issueServerCertificate({ root, dnsNames: [host], now, days: 1 });
    const certificate = derOf(certificatePem);
    expect(await refusal({ certificate })).toBeNull();
    expect(await refusal({ certificate, purpose: 'client' })).toBe('certs/wrong-purpose');
    expect(await refusal({ certificate, now: now.getTime() + 25 * 60 * 60 * 1000 })).toBe('certs/not-valid-now');
    expect(await refusal({ certificate, now: now.getTime() - 2 * 60 * 60 * 1000 })).toBe('certs/not-valid-now');
    expect(await refusal({ certificate, now: Number.NaN })).toBe('certs/not-valid-now');
  });

  it('is never an authority itself', async () => {
    expect(await refusal({ certificate: derOf(root.certificatePem) })).toBe('certs/outside-profile');
  });

  it.each([0, 1, 5])(
    'is refused below an authority that the root signed, under path length %i or any (R364)',
    async (length) => {
      const {
        leaf,
        root: top,
        now: seconds,
      } = sceneOf({ rootKey: 'P-256', leafKey: 'P-256', hash: 'sha256', purpose: 'server' });
      const [middleName, middleKey] = [nameOf('Acme Middle'), keyOf('other', 'P-256')];
      put(top, extension('basicConstraints', sequence(boolean(0xff), integer(length)), CRITICAL));
      const middle = draftOf({ subject: middleName, issuer: top.subject, key: middleKey, signer: leaf.signer });
      middle.extensions = [...top.extensions, ...leaf.extensions.filter(({ id }) => id === 'authorityKeyIdentifier')];
      put(middle, extension('subjectKeyIdentifier', octets(keyIdentifierOf(middleKey))));
      leaf.issuer = middleName;
      leaf.signer = signerOf(middleKey, 'sha256');
      put(leaf, extension('authorityKeyIdentifier', authorityKeyIdentifier(keyIdentifierOf(middleKey))));
      const certificate = writeCertificate(leaf);
      const question = { certificate, names: [HOST], now: seconds * 1000 };
      expect(await refusal({ ...question, roots: [writeCertificate(top)] })).toBe('certs/untrusted');
      // What another authority issued is no root, wherever it is kept; as its own issuer it would be one.
      expect(await refusal({ ...question, roots: [top, middle].map((draft) => writeCertificate(draft)) })).toBe(
        'certs/outside-profile',
      );
      middle.issuer = middleName;
      drop(middle, 'authorityKeyIdentifier');
      expect(await refusal({ ...question, roots: [writeCertificate(middle)] })).toBeNull();
    },
  );
});

describe('a pinned key', () => {
  it('is first seen, then the same, then changed; a certificate renewed for the same key changes nothing', async () => {
    const checked = await checkTlsCertificate(input());
    const pin = parseSpkiFingerprint(JSON.parse(JSON.stringify(checked.fingerprint)));
    expect(comparePin(null, checked)).toBe('first');
    expect(comparePin(pin, checked)).toBe('same');
    const publicJwk = new X509Certificate(acme.certificatePem).publicKey.export({ format: 'jwk' });
    const renewed = derOf(await certifyTlsKey({ root, kmsHost: host, publicJwk, now, days: 7 }));
    expect(comparePin(pin, await checkTlsCertificate(input({ certificate: renewed })))).toBe('same');
    const other = derOf((await realm(root)).certificatePem);
    expect(comparePin(pin, await checkTlsCertificate(input({ certificate: other })))).toBe('changed');
  });

  it('has one spelling only', async () => {
    const pin = await spkiFingerprint(derOf(acme.certificatePem));
    expect(pin).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = pin.slice(0, -1) + last[(last.indexOf(pin.slice(-1)) & ~3) | 1];
    for (const value of [null, '', `${pin}=`, pin.slice(1), `${pin}A`, twin, pin.replace(/^./, '+')]) {
      expect(() => parseSpkiFingerprint(value)).toThrow(expect.objectContaining({ code: 'certs/invalid-fingerprint' }));
    }
  });
});

describe('in mutual TLS over a stream (R363)', () => {
  /** Both ends of a handshake in which TLS itself trusts everybody, and what each is shown of the other. */
  async function handshake(server: CertifiedKey, client: CertifiedKey | null) {
    const [near, far] = duplexPair();
    const acceptor = createServer({
      key: server.privateKeyPem,
      cert: server.certificatePem,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
    });
    acceptor.emit('connection', far);
    const own = client === null ? {} : { key: client.privateKeyPem, cert: client.certificatePem };
    const caller = connect({ socket: near, servername: host, rejectUnauthorized: false, ...own });
    const [[accepted]] = await Promise.all([once(acceptor, 'secureConnection'), once(caller, 'secureConnect')]);
    const shown = { ofServer: rawOf(caller), ofClient: rawOf(accepted as TLSSocket) };
    caller.destroy();
    (accepted as TLSSocket).destroy();
    return shown;
  }
  const rawOf = (socket: TLSSocket): Uint8Array => socket.getPeerX509Certificate()?.raw ?? new Uint8Array();
  const judged = (certificate: Uint8Array, purpose: CertificatePurpose, name: string) =>
    refusal({ certificate, purpose, names: [name] });

  it('each end judges the other by what TLS shows of it, and an absent or foreign certificate is refused', async () => {
    const globexHost = parseKmsHost('kms.globex.example');
    const globex = await realm(root, globexHost);
    const good = await handshake(acme, globex);
    expect(await judged(good.ofServer, 'server', host)).toBeNull();
    expect(await judged(good.ofClient, 'client', globexHost)).toBeNull();
    expect(await judged(good.ofClient, 'client', host)).toBe('certs/wrong-name');
    const stranger = await handshake(acme, await realm(foreign, globexHost));
    expect(await judged(stranger.ofClient, 'client', globexHost)).toBe('certs/untrusted');
    const nobody = await handshake(acme, null);
    expect(await judged(nobody.ofClient, 'client', globexHost)).toBe('certs/unreadable');
  });
});

it('reads the roots that Node ships, nearly all of which keep the profile', async () => {
  const faults = await Promise.all(
    rootCertificates.map((pem) =>
      describeCertificate(derOf(pem)).then(
        (description) => description.faults,
        (error) => [error.code],
      ),
    ),
  );
  expect(faults.filter(({ length }) => length === 0).length).toBeGreaterThan(0.8 * rootCertificates.length);
  expect(faults.flat().filter((fault) => fault === 'certs/unreadable').length).toBeLessThan(5);
});
