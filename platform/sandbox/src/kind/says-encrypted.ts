import { isCompoundFile, streamStart } from './compound-file.ts';

/**
 * Whether a document of the old Office formats says that it is encrypted. The program that opens it knows better: Excel's are sometimes
 * encrypted under a password that everybody knows.
 */
export function saysEncrypted(document: Uint8Array): boolean {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  return isCompoundFile(bytes) && (isEncryptedWord(bytes) || isEncryptedExcel(bytes) || isEncryptedPowerPoint(bytes));
}

/** [MS-DOC] 2.5.2: `fEncrypted` of the FibBase. */
function isEncryptedWord(bytes: Buffer): boolean {
  const fib = streamStart(bytes, 'WordDocument');
  return fib.length >= 12 && fib.readUInt16LE(0) === 0xa5ec && (fib.readUInt16LE(10) & 0x0100) !== 0;
}

/** [MS-XLS] 2.1.7.20.3: FilePass follows BOF, with nothing but WriteProtect between them; 2.4.117: XOR obfuscation or RC4. */
function isEncryptedExcel(bytes: Buffer): boolean {
  const start = ['Workbook', 'Book'].map((name) => streamStart(bytes, name)).find(({ length }) => length > 0);
  for (let at = 0; start !== undefined && at + 4 <= start.length; at += 4 + start.readUInt16LE(at + 2)) {
    const record = start.readUInt16LE(at);
    if (record === FILE_PASS) return true;
    if (!before.has(record)) return false;
  }
  return false;
}

const FILE_PASS = 0x002f;
/** BOF of BIFF 8, 5, 4, 3 and 2; WriteProtect. */
const before: ReadonlySet<number> = new Set([0x0809, 0x0409, 0x0209, 0x0009, 0x0086]);

/** [MS-PPT] 2.3.2: `headerToken` of the CurrentUserAtom. */
function isEncryptedPowerPoint(bytes: Buffer): boolean {
  const atom = streamStart(bytes, 'Current User');
  return atom.length >= 16 && atom.readUInt32LE(12) === 0xf3d1c4df;
}
