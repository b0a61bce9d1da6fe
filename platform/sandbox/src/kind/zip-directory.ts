/** One file in a zip archive, as the archive's directory declares it. */
export interface ZipEntry {
  readonly name: string;
  readonly stored: boolean;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Where its local header begins, and where the packed bytes do. */
  readonly offset: number;
  readonly dataOffset: number;
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;

/**
 * The directory of a zip archive that Office programs write: one disk, nothing before or behind it, no entry
 * encrypted or packed with anything but deflate, no two sharing bytes. Undefined for everything else.
 * @see APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16
 */
export function readZipDirectory(bytes: Buffer, maxEntries: number): ZipDirectory | undefined {
  if (bytes.length < END_BYTES || bytes.readUInt32LE(0) !== LOCAL) return undefined;
  const end = findEnd(bytes);
  if (end === undefined) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  const size = bytes.readUInt32LE(end + 12);
  const start = bytes.readUInt32LE(end + 16);
  const oneDisk = bytes.readUInt32LE(end + 4) === 0 && bytes.readUInt16LE(end + 8) === count;
  if (!oneDisk || count > maxEntries || start + size !== end) return undefined;

  const entries: ZipEntry[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const entry = readEntry(bytes, at, end);
    if (entry === undefined) return undefined;
    entries.push(entry.entry);
    at = entry.next;
  }
  return at === end && areApart(entries, start) ? { entries } : undefined;
}

/** The end record stands last; its comment, if any, fills the rest of the file exactly. */
function findEnd(bytes: Buffer): number | undefined {
  const lowest = Math.max(0, bytes.length - END_BYTES - 0xffff);
  for (let at = bytes.length - END_BYTES; at >= lowest; at--) {
    if (bytes.readUInt32LE(at) === END && at + END_BYTES + bytes.readUInt16LE(at + 20) === bytes.length) return at;
  }
  return undefined;
}

function readEntry(bytes: Buffer, at: number, end: number): { entry: ZipEntry; next: number } | undefined {
  if (at + 46 > end || bytes.readUInt32LE(at) !== CENTRAL) return undefined;
  const encrypted = (bytes.readUInt16LE(at + 8) & 1) === 1;
  const method = bytes.readUInt16LE(at + 10);
  const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
  const next = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  const offset = bytes.readUInt32LE(at + 42);
  const local = offset + 30 <= at && bytes.readUInt32LE(offset) === LOCAL;
  if (encrypted || (method !== 0 && method !== 8) || next > end || !local) return undefined;
  const entry = {
    name: bytes.toString('utf8', at + 46, nameEnd),
    stored: method === 0,
    packedBytes: bytes.readUInt32LE(at + 20),
    unpackedBytes: bytes.readUInt32LE(at + 24),
    offset,
    // The local header has a name and an extra field of its own, and they may be longer than the directory's.
    dataOffset: offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28),
  };
  return { entry, next };
}

/** Bombs of small files share one packed core among many entries: here each entry ends before the next begins. */
function areApart(entries: readonly ZipEntry[], directory: number): boolean {
  const sorted = entries.toSorted((a, b) => a.offset - b.offset);
  return sorted.every((entry, index) => {
    const limit = sorted[index + 1]?.offset ?? directory;
    return entry.dataOffset + entry.packedBytes <= limit;
  });
}
