import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CertifiedKey, certifyKmsKey, certifyTlsKey, issueServerCertificate, makeRoot } from '@cloister/certs';
import { parseKmsHost } from '@cloister/wire';
import { cast } from './cast.ts';
import { writePrivate } from './credentials.ts';
import type { Layout } from './layout.ts';

/** The evaluation's own root: it certifies the key servers and the door. Never to be trusted by anything else. */
export interface Authority {
  /** PEM path of the root's certificate. */
  readonly rootFile: string;
  /** Writes the chain (leaf, root) for a key server's static key and its organisation's domain unless a good one is there. */
  kmsCertificate(parts: { kmsHost: string; domain: string; staticKey: JsonWebKey; file: string }): Promise<void>;
  /** Writes the certificate by which a key server shows itself to others, for its TLS key, unless a good one is there. */
  tlsCertificate(parts: { kmsHost: string; tlsKey: JsonWebKey; file: string }): Promise<void>;
  /** PEM paths for the door, for the deployment's name and every realm's below it. */
  doorCertificate(): Promise<{ certificate: string; key: string }>;
}

const renewBeforeMs = 30 * 24 * 60 * 60 * 1000;

export async function openAuthority(layout: Layout, name: string): Promise<Authority> {
  const rootFile = join(layout.authority, 'root.pem');
  const root = await keptRoot(rootFile, join(layout.authority, 'root.key'));
  return {
    rootFile,
    kmsCertificate: async ({ kmsHost, domain, staticKey, file }) => {
      if (isFresh(file, kmsHost) && isFresh(file, domain)) return;
      const host = parseKmsHost(kmsHost);
      const leaf = await certifyKmsKey({ root, kmsHost: host, domain, publicJwk: staticKey, now: new Date() });
      writePrivate(file, `${leaf.trim()}\n${root.certificatePem.trim()}\n`);
    },
    tlsCertificate: async ({ kmsHost, tlsKey, file }) => {
      if (isFresh(file, kmsHost)) return;
      const leaf = await certifyTlsKey({ root, kmsHost: parseKmsHost(kmsHost), publicJwk: tlsKey, now: new Date() });
      writePrivate(file, `${leaf.trim()}\n`);
    },
    doorCertificate: async () => {
      const files = { certificate: join(layout.authority, `${name}.pem`), key: join(layout.authority, `${name}.key`) };
      if (!isFresh(files.certificate, name)) {
        const dnsNames = [
          name,
          ...['core', 'files', 'id', ...cast.map(({ label }) => label)].map((each) => `${each}.${name}`),
        ];
        const issued = await issueServerCertificate({ root, dnsNames, ipAddresses: ['127.0.0.1'], now: new Date() });
        writePrivate(files.key, issued.privateKeyPem);
        writePrivate(files.certificate, `${issued.certificatePem.trim()}\n${root.certificatePem.trim()}\n`);
      }
      return files;
    },
  };
}

async function keptRoot(certificateFile: string, keyFile: string): Promise<CertifiedKey> {
  if (!existsSync(certificateFile)) {
    const root = await makeRoot({ commonName: 'Cloister evaluation root', now: new Date() });
    writePrivate(keyFile, root.privateKeyPem);
    writePrivate(certificateFile, root.certificatePem);
  }
  return { certificatePem: readFileSync(certificateFile, 'utf8'), privateKeyPem: readFileSync(keyFile, 'utf8') };
}

function isFresh(file: string, name: string): boolean {
  if (!existsSync(file)) return false;
  const certificate = new X509Certificate(readFileSync(file));
  return certificate.checkHost(name) !== undefined && certificate.validToDate.getTime() - Date.now() > renewBeforeMs;
}
