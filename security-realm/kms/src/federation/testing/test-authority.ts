import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertifiedKey, certifyTlsKey, makeRoot } from '@cloister/certs';
import { parseKmsHost } from '@cloister/wire';

/** An authority that issues whatever a test asks for. */
export class TestAuthority {
  readonly root: CertifiedKey;

  private constructor(root: CertifiedKey) {
    this.root = root;
  }

  static async open(now: Date, commonName = 'test root'): Promise<TestAuthority> {
    return new TestAuthority(await makeRoot({ commonName, now }));
  }

  /** A key server's leaf as PEM. */
  certify(key: KeyObject, kmsHost: string, { now, days = 30 }: { now: Date; days?: number }): Promise<string> {
    const publicJwk = createPublicKey(key).export({ format: 'jwk' });
    return certifyTlsKey({ root: this.root, kmsHost: parseKmsHost(kmsHost), publicJwk, now, days });
  }

  /** A leaf as OpenSSL writes it, valid from now, with these lines of extensions. */
  certifyOddly(key: KeyObject, extensions: readonly string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'cloister-authority-'));
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    try {
      const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
      const own = file('leaf.key', key.export({ type: 'pkcs8', format: 'pem' }) as string);
      const request = file('leaf.csr', openssl('req', '-new', '-key', own, '-subj', '/CN=odd'));
      const root = file('root.pem', this.root.certificatePem);
      const rootKey = file('root.key', this.root.privateKeyPem);
      const identifiers = ['subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid'];
      const lines = file('extensions', [...identifiers, ...extensions].join('\n'));
      const how = ['-CA', root, '-CAkey', rootKey, '-sha256', '-days', '30', '-extfile', lines];
      return openssl('x509', '-req', '-in', request, ...how);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

export const newTlsKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
