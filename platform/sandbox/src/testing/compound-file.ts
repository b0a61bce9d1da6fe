/** A compound file with these streams in its root storage, each empty; `nested` are in a storage below it. */
export function compoundFile(streams: readonly string[], nested: readonly string[] = []): Buffer {
  const sectorBytes = 512;
  const NONE = 0xffffffff;
  const entry = (name: string, { type = 2, left = NONE, right = NONE, child = NONE } = {}) => {
    const bytes = Buffer.alloc(128);
    const stored = bytes.write(name, 0, 62, 'utf16le');
    bytes.writeUInt16LE(stored + 2, 64);
    bytes.writeUInt8(type, 66);
    bytes.writeUInt32LE(left, 68);
    bytes.writeUInt32LE(right, 72);
    bytes.writeUInt32LE(child, 76);
    return bytes;
  };
  const chain = (names: readonly string[], first: number) =>
    names.map((name, index) => entry(name, { right: index + 1 < names.length ? first + index + 1 : NONE }));
  const below = 2 + streams.length;
  const entries = [
    entry('Root Entry', { type: 5, child: 1 }),
    // A storage whose siblings are the streams beside it, and whose child the streams below it.
    entry('Storage', { type: 1, left: streams.length > 0 ? 2 : NONE, child: nested.length > 0 ? below : NONE }),
    ...chain(streams, 2),
    ...chain(nested, below),
  ];
  while (entries.length % 4 !== 0) entries.push(Buffer.alloc(128, 0xff));
  const directorySectors = entries.length / 4;
  const header = Buffer.alloc(sectorBytes, 0xff);
  header.write('d0cf11e0a1b11ae1', 0, 'hex');
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(1, 48);
  // Sector 0 is the FAT; the directory's sectors follow and are chained in it.
  header.writeUInt32LE(0, 76);
  const fat = Buffer.alloc(sectorBytes, 0xff);
  for (let sector = 1; sector < directorySectors; sector++) fat.writeUInt32LE(sector + 1, sector * 4);
  return Buffer.concat([header, fat, ...entries]);
}
