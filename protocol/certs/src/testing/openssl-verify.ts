import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificatePurpose } from '../profile/purpose.ts';

export interface OpensslQuestion {
  readonly roots: readonly Uint8Array[];
  readonly name: string;
  readonly purpose: CertificatePurpose;
  /** Seconds since 1970. */
  readonly now: number;
}

/** The other judge: Debian's `openssl verify -x509_strict`, one process for all certificates under the same roots. */
export class OpensslVerify {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cloister-openssl-'));

  /** Which of the certificates it accepts. */
  accepts(certificates: readonly Uint8Array[], { roots, name, purpose, now }: OpensslQuestion): Promise<boolean[]> {
    const rootsFile = join(this.#folder, 'roots.pem');
    writeFileSync(rootsFile, roots.map(pem).join(''));
    const files = certificates.map((certificate, index) => {
      const file = join(this.#folder, `${index}.pem`);
      writeFileSync(file, pem(certificate));
      return file;
    });
    const trust = ['-CAfile', rootsFile, '-no-CApath', '-no-CAstore'];
    const asked = ['-purpose', `ssl${purpose}`, '-verify_hostname', name, '-attime', `${now}`];
    return new Promise((resolve, reject) => {
      execFile('openssl', ['verify', '-x509_strict', ...asked, ...trust, ...files], (error, stdout, stderr) => {
        // Roots that it cannot read, or a program that is not there, would make it refuse everything.
        if (error !== null && (typeof error.code !== 'number' || stderr.includes(rootsFile))) reject(error);
        const lines = stdout.split('\n');
        resolve(files.map((file) => lines.includes(`${file}: OK`)));
      });
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
