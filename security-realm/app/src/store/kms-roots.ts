import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Reads PEM certificates as base64 DER, the form the client gets. A file that holds no certificate stops the start. */
export function readKmsRoots(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map(async (path) => new X509Certificate(await readFile(path)).raw.toString('base64')));
}
