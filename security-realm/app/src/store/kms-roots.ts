import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CloisterError } from '@cloister/wire';

/**
 * Reads PEM certificates as base64 DER, the form the client gets.
 * @throws CloisterError `config/unreadable` when a file is missing or holds no certificate
 */
export function readKmsRoots(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map(readOne));
}

async function readOne(path: string): Promise<string> {
  try {
    return new X509Certificate(await readFile(path)).raw.toString('base64');
  } catch {
    throw new CloisterError('config/unreadable', { detail: `${path} holds no PEM certificate` });
  }
}
