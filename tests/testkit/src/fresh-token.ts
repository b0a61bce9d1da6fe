import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A token that was just made, in a folder of its own: an hsm's `keystore` configuration but for its kind, and the PIN. */
export type FreshToken = {
  readonly module: string;
  readonly tokenLabel: string;
  readonly libraryParameters?: string;
  readonly environment?: { readonly SOFTHSM2_CONF: string };
  readonly pin: Buffer;
};

export type TokenKind = 'SoftHSM' | 'NSS';

const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const places: Record<TokenKind, { libraries: string[]; tool: string }> = {
  SoftHSM: {
    libraries: ['/usr/lib/softhsm/libsofthsm2.so', `/usr/lib/${triplet}/softhsm/libsofthsm2.so`],
    tool: '/usr/bin/softhsm2-util',
  },
  NSS: {
    libraries: [`/usr/lib/${triplet}/libsoftokn3.so`, `/usr/lib/${triplet}/nss/libsoftokn3.so`],
    tool: '/usr/bin/certutil',
  },
};

const libraryOf = (kind: TokenKind): string | undefined => places[kind].libraries.find(existsSync);

/** Whether Debian's packages for this token are here: `softhsm2`; `libnss3` and `libnss3-tools`. */
export const hasToken = (kind: TokenKind): boolean => libraryOf(kind) !== undefined && existsSync(places[kind].tool);

/** Makes a token as its documentation says, under a random PIN. */
export const freshToken = (kind: TokenKind, folder: string): FreshToken => {
  const module = libraryOf(kind) ?? 'missing';
  const pin = Buffer.from(randomBytes(16).toString('hex'));
  if (kind === 'NSS') {
    writeFileSync(join(folder, 'pin'), `${pin}\n`, { mode: 0o600 });
    execFileSync(places.NSS.tool, ['-N', '-d', `sql:${folder}`, '-f', join(folder, 'pin')]);
    const libraryParameters = `configdir='sql:${folder}' certPrefix='' keyPrefix='' secmod='secmod.db' flags=optimizeSpace`;
    return { module, tokenLabel: 'NSS Certificate DB', libraryParameters, pin };
  }
  const configuration = join(folder, 'softhsm2.conf');
  mkdirSync(join(folder, 'tokens'), { mode: 0o700 });
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`);
  const pins = ['--pin', String(pin), '--so-pin', randomBytes(8).toString('hex')];
  execFileSync(places.SoftHSM.tool, ['--init-token', '--free', '--label', 'cloister', ...pins], {
    env: { ...process.env, SOFTHSM2_CONF: configuration },
  });
  return { module, tokenLabel: 'cloister', environment: { SOFTHSM2_CONF: configuration }, pin };
};
