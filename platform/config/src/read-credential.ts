import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { CloisterError } from '@cloister/wire';

const LIMIT = 64 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * The bytes of a credential file, without one closing newline.
 * Checks and reads the same open file, so that it cannot be exchanged in between.
 * @throws CloisterError `config/unreadable`, `config/insecure` (others than its owner may use it),
 *   `config/invalid` (empty, too large, no regular file)
 */
export function readCredential(path: string): Buffer {
  const file = open(path);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw invalid(path, 'is not a regular file');
    if ((stat.mode & 0o077) !== 0) {
      throw new CloisterError('config/insecure', {
        detail: `${path} may be used by others than its owner; run: chmod 600 ${path}`,
      });
    }
    if (stat.size > LIMIT) throw invalid(path, `is larger than ${LIMIT} bytes`);
    const bytes = withoutNewline(readFileSync(file));
    if (bytes.length === 0) throw invalid(path, 'is empty');
    return bytes;
  } finally {
    closeSync(file);
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
