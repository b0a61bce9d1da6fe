import { CloisterError } from '@cloister/wire';
import type { DocumentLimits } from '../limits.ts';
import type { ZipDirectory } from './zip-directory.ts';

/** Below this an entry may be packed as well as it will. */
const SMALL = 4 * 1024 * 1024;

/**
 * Refuses a document that would unpack to too much. A directory that lies about its sizes gets past this, and meets
 * the sandbox's limits on memory and scratch.
 * @throws transcoder/too-large
 */
export function checkZipSize({ entries }: ZipDirectory, limits: DocumentLimits): void {
  const total = entries.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  const bomb = entries.some(
    ({ packedBytes, unpackedBytes }) => unpackedBytes > SMALL && unpackedBytes > packedBytes * limits.unpackedRatio,
  );
  if (bomb || total > limits.unpackedBytes) {
    throw new CloisterError('transcoder/too-large', { detail: 'it would unpack to more than a document may' });
  }
}
