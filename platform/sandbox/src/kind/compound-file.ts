const SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const NONE = 0xffffffff;
const MAX_SECTOR = 0xfffffffa;
const ENTRY_BYTES = 128;
/** A document has a few dozen streams; the rest would be an attack on this reader. */
const MAX_ENTRIES = 4096;
const MINI_BYTES = 64;
const MINI_CUTOFF = 4096;
const NOTHING = Buffer.alloc(0);

export const isCompoundFile = (bytes: Buffer): boolean => bytes.subarray(0, 8).equals(SIGNATURE);

/** A stream of a compound file: where its first sector is, and how long it is. */
export interface CompoundStream {
  readonly sector: number;
  readonly bytes: number;
}

/**
 * What stands by its name in the root storage of an OLE 2 compound file, the container of the old Office formats; nothing when it is damaged.
 * @see [MS-CFB] 2.2 (header), 2.3 (FAT), 2.5 (DIFAT), 2.6 (directory)
 */
export function rootStreams(bytes: Buffer): ReadonlyMap<string, CompoundStream> {
  const streams = new Map<string, CompoundStream>();
  const sectorBytes = sectorBytesOf(bytes);
  if (sectorBytes === undefined) return streams;
  const directory = readDirectory(bytes, sectorBytes);
  const waiting = directory[0] === undefined ? [] : [directory[0].readUInt32LE(76)];
  for (let visits = 0; waiting.length > 0 && visits < MAX_ENTRIES; visits++) {
    const entry = directory[waiting.pop() ?? NONE];
    if (entry === undefined) continue;
    const nameBytes = Math.min(entry.readUInt16LE(64), 64);
    streams.set(entry.toString('utf16le', 0, Math.max(0, nameBytes - 2)), streamOf(entry));
    waiting.push(entry.readUInt32LE(68), entry.readUInt32LE(72));
  }
  return streams;
}

/**
 * The first bytes of a stream in the root storage, as many as are surely in one place; none of one that is not there.
 * @see [MS-CFB] 2.4 (mini stream: in it are streams shorter than 4,096 bytes, in pieces of 64)
 */
export function streamStart(bytes: Buffer, name: string): Buffer {
  const sectorBytes = sectorBytesOf(bytes);
  const stream = rootStreams(bytes).get(name);
  if (sectorBytes === undefined || stream === undefined) return NOTHING;
  const length = Math.min(stream.bytes, MINI_BYTES);
  if (stream.bytes >= MINI_CUTOFF) return readSector(bytes, stream.sector, sectorBytes)?.subarray(0, length) ?? NOTHING;
  const [root] = readDirectory(bytes, sectorBytes);
  if (root === undefined) return NOTHING;
  const place = stream.sector * MINI_BYTES;
  for (const [at, sector] of chain(bytes, sectorBytes, streamOf(root).sector)) {
    if (at !== Math.floor(place / sectorBytes)) continue;
    const from = place % sectorBytes;
    return readSector(bytes, sector, sectorBytes)?.subarray(from, from + length) ?? NOTHING;
  }
  return NOTHING;
}

/** [MS-CFB] 2.6.1: its first sector, and the lower half of its length, which no document needs more of. */
const streamOf = (entry: Buffer): CompoundStream => ({
  sector: entry.readUInt32LE(116),
  bytes: entry.readUInt32LE(120),
});

function sectorBytesOf(bytes: Buffer): number | undefined {
  if (bytes.length < 512) return undefined;
  const shift = bytes.readUInt16LE(30);
  return shift === 9 || shift === 12 ? 1 << shift : undefined;
}

/** The entries of the directory, following its chain of sectors. */
function readDirectory(bytes: Buffer, sectorBytes: number): Buffer[] {
  const entries: Buffer[] = [];
  for (const [, sector] of chain(bytes, sectorBytes, bytes.readUInt32LE(48))) {
    const data = readSector(bytes, sector, sectorBytes);
    if (data === undefined || entries.length >= MAX_ENTRIES) break;
    for (let at = 0; at < sectorBytes; at += ENTRY_BYTES) entries.push(data.subarray(at, at + ENTRY_BYTES));
  }
  return entries;
}

/** The sectors that follow one another, with their places; no more than the file has. */
function* chain(bytes: Buffer, sectorBytes: number, first: number): Generator<readonly [at: number, sector: number]> {
  const fat = fatSectors(bytes, sectorBytes);
  const perSector = sectorBytes / 4;
  let sector = first;
  for (let at = 0; sector < MAX_SECTOR && at < bytes.length / sectorBytes; at += 1) {
    yield [at, sector];
    const table = readSector(bytes, fat[Math.floor(sector / perSector)] ?? NONE, sectorBytes);
    sector = table?.readUInt32LE((sector % perSector) * 4) ?? NONE;
  }
}

/** Where the FAT lies: the first 109 of its sectors stand in the header, the others in the DIFAT's chain. */
function fatSectors(bytes: Buffer, sectorBytes: number): number[] {
  const sectors: number[] = [];
  for (let at = 76; at < 512; at += 4) sectors.push(bytes.readUInt32LE(at));
  const possible = bytes.length / sectorBytes;
  let next = bytes.readUInt32LE(68);
  for (let steps = 0; next < MAX_SECTOR && steps < possible; steps++) {
    const data = readSector(bytes, next, sectorBytes);
    if (data === undefined) break;
    for (let at = 0; at < sectorBytes - 4; at += 4) sectors.push(data.readUInt32LE(at));
    next = data.readUInt32LE(sectorBytes - 4);
  }
  return sectors;
}

/** Sector 0 follows the header, which fills one sector. */
function readSector(bytes: Buffer, sector: number, sectorBytes: number): Buffer | undefined {
  const start = (sector + 1) * sectorBytes;
  return start + sectorBytes <= bytes.length ? bytes.subarray(start, start + sectorBytes) : undefined;
}
