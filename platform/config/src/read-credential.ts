import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { CloisterError } from '@cloister/wire';

const LIMIT = 64 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * The bytes of a credential, without one closing newline. `source` is a path, or `fd:<n>` for a descriptor that the process
 * was started with, which is closed afterwards.
 * Checks and reads the same open file, so that it cannot be exchanged in between.
 * @throws CloisterError `config/unreadable`, `config/insecure` (others than its owner may use it),
 *   `config/invalid` (empty, too large, no regular file)
 */
export function readCredential(source: string): Buffer {
  const descriptor = /^fd:(\d{1,5})$/.exec(source)?.[1];
  const file = descriptor === undefined ? open(source) : inherited(source, Number(descriptor));
  try {
    const stat = fstatSync(file);
    // A pipe has no mode that says anything: who holds its other end wrote the credential.
    const isPipe = descriptor !== undefined && (stat.isFIFO() || stat.isSocket());
    if (!isPipe) requireOwners(source, stat);
    const bytes = withoutNewline(readAll(file, source));
    if (bytes.length === 0) throw invalid(source, 'is empty');
    return bytes;
  } finally {
    closeSync(file);
  }
}

function requireOwners(path: string, stat: Stats): void {
  if (!stat.isFile()) throw invalid(path, 'is not a regular file');
  // systemd lets its service read a credential by an access list, which shows as the group's right to read (systemd.exec(5)).
  const others = stat.uid === 0 && isSystemdCredential(path) ? 0o037 : 0o077;
  if ((stat.mode & others) !== 0) {
    throw new CloisterError('config/insecure', {
      detail: `${path} may be used by others than its owner; run: chmod 600 ${path}`,
    });
  }
}

function isSystemdCredential(path: string): boolean {
  const folder = process.env.CREDENTIALS_DIRECTORY;
  return folder !== undefined && isAbsolute(folder) && dirname(resolve(path)) === resolve(folder);
}

function readAll(file: number, source: string): Buffer {
  const space = Buffer.alloc(LIMIT + 1);
  let length = 0;
  try {
    for (let read = -1; read !== 0 && length <= LIMIT; length += read) {
      read = readSync(file, space, length, space.length - length, null);
    }
    if (length > LIMIT) throw invalid(source, `is larger than ${LIMIT} bytes`);
    return Buffer.from(space.subarray(0, length));
  } finally {
    space.fill(0);
  }
}

function inherited(source: string, descriptor: number): number {
  const stat = statOf(source, descriptor);
  // The first three are the process's own input and output, and what is no file or pipe is Node's.
  if (descriptor >= 3 && (stat.isFile() || stat.isFIFO() || stat.isSocket())) return descriptor;
  throw invalid(source, 'is not one that the process was given for it');
}

function statOf(source: string, descriptor: number): Stats {
  try {
    return fstatSync(descriptor);
  } catch {
    throw new CloisterError('config/unreadable', {
      detail: `there is no open descriptor ${source}; start the process with one, and with core dumps off already`,
    });
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CloisterError('config/unreadable', {
      detail: `cannot read the credential file ${path} (${code}); create it, readable by its owner only`,
    });
  }
}

function invalid(path: string, why: string): CloisterError {
  return new CloisterError('config/invalid', { detail: `the credential file ${path} ${why}` });
}

function withoutNewline(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== NEWLINE) return bytes;
  return bytes.subarray(0, bytes.at(-2) === RETURN ? -2 : -1);
}
