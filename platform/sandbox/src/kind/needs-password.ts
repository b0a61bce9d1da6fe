import { inflateRawSync } from 'node:zlib';
import { isCompoundFile, rootStreams } from './compound-file.ts';
import { readZipDirectory } from './zip-directory.ts';

const MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * Whether a document is an Office or OpenDocument file that opens with a password only. Of PDF and the old Office
 * formats the program that opens them knows; of the latter `saysEncrypted` tells why it could not.
 * @see [MS-OFFCRYPTO] 2.3.4.4 (`EncryptedPackage`); OpenDocument 1.3 part 2, 4.4 (`manifest:encryption-data`)
 */
export function needsPassword(document: Uint8Array, maxEntries: number): boolean {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  if (isCompoundFile(bytes)) return rootStreams(bytes).has('EncryptedPackage');
  return manifestOf(bytes, maxEntries).includes('<manifest:encryption-data');
}

/** OpenDocument 1.3 part 2, 3.2: the manifest itself is never encrypted. */
function manifestOf(bytes: Buffer, maxEntries: number): Buffer {
  const entry = readZipDirectory(bytes, maxEntries)?.entries.find(({ name }) => name === 'META-INF/manifest.xml');
  if (entry === undefined) return Buffer.alloc(0);
  const packed = bytes.subarray(entry.dataOffset, entry.dataOffset + entry.packedBytes);
  if (entry.stored) return packed;
  try {
    return inflateRawSync(packed, { maxOutputLength: MANIFEST_BYTES });
  } catch {
    return Buffer.alloc(0);
  }
}
