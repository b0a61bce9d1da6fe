const SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const NONE = 0xffffffff;
const MAX_SECTOR = 0xfffffffa;
const ENTRY_BYTES = 128;
/** A document has a few dozen streams; the rest would be an attack on this reader. */
const MAX_ENTRIES = 4096;

export const isCompoundFile = (bytes: Buffer): boolean => bytes.subarray(0, 8).equals(SIGNATURE);

/**
 * The names in the root storage of an OLE 2 compound file, the container of the old Office formats; none when it is damaged.
 * @see [MS-CFB] 2.2 (header), 2.3 (FAT), 2.5 (DIFAT), 2.6 (directory)
 */
export function rootStreams(bytes: Buffer): ReadonlySet<string> {
  const names = new Set<string>();
  if (bytes.length < 512) return names;
  const shift = bytes.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return names;
  const directory = readDirectory(bytes, 1 << shift);
  const waiting = directory[0] === undefined ? [] : [directory[0].readUInt32LE(76)];
  for (let visits = 0; waiting.length > 0 && visits < MAX_ENTRIES; visits++) {
    const entry = directory[waiting.pop() ?? NONE];
    if (entry === undefined) continue;
    const nameBytes = Math.min(entry.readUInt16LE(64), 64);
    names.add(entry.toString('utf16le', 0, Math.max(0, nameBytes - 2)));
    waiting.push(entry.readUInt32LE(68), entry.readUInt32LE(72));
  }
  return names;
}

/** The entries of the directory, following its chain of sectors. */
function readDirectory(bytes: Buffer, sectorBytes: number): Buffer[] {
  const fat = fatSectors(bytes, sectorBytes);
  const perSector = sectorBytes / 4;
  const entries: Buffer[] = [];
  let sector = bytes.readUInt32LE(48);
  while (sector < MAX_SECTOR && entries.length < MAX_ENTRIES) {
    const data = readSector(bytes, sector, sectorBytes);
    if (data === undefined) break;
    for (let at = 0; at < sectorBytes; at += ENTRY_BYTES) entries.push(data.subarray(at, at + ENTRY_BYTES));
    const table = readSector(bytes, fat[Math.floor(sector / perSector)] ?? NONE, sectorBytes);
    sector = table?.readUInt32LE((sector % perSector) * 4) ?? NONE;
  }
  return entries;
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
