import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One record of the log, and the databases (by OID) whose pages it changes: none for transactions and the like. */
export interface LogRecord {
  readonly databases: readonly number[];
  readonly bytes: Buffer;
}

const recordHeader = 24;
const sameRelation = 0x80;
const hasImage = 0x10;

/**
 * Reads PostgreSQL's write-ahead log (access/xlog_internal.h, access/xlogrecord.h, 64-bit little endian) record by record.
 * One log serves all databases of a cluster, and in an evaluation identity's is among them: what a record is about tells
 * whose words it may hold.
 */
export const recordsOf = (cluster: string): LogRecord[] => {
  const segments = readdirSync(join(cluster, 'pg_wal'))
    .filter((name) => /^[0-9A-F]{24}$/.test(name))
    .sort()
    .map((name) => readFileSync(join(cluster, 'pg_wal', name)));
  return runsOf(segments).flatMap(recordsIn);
};

interface Run {
  /** Bytes at its beginning that belong to a record whose own beginning is gone. */
  readonly skipped: number;
  readonly pages: Buffer[];
}

/** The log without page headers. A page that is not the next one (recycled files hold old ones) begins another run. */
const runsOf = (segments: readonly Buffer[]): Run[] => {
  const runs: Run[] = [];
  let expected: bigint | undefined;
  for (const segment of segments) {
    const pageSize = segment.readUInt32LE(36);
    if (pageSize === 0) continue;
    for (let at = 0; at + pageSize <= segment.length; at += pageSize) {
      if (segment.readUInt16LE(at) === 0) continue;
      const info = segment.readUInt16LE(at + 2);
      const address = segment.readBigUInt64LE(at + 8);
      const continued = (info & 0x01) === 0 ? 0 : segment.readUInt32LE(at + 16);
      const page = segment.subarray(at + ((info & 0x02) === 0 ? 24 : 40), at + pageSize);
      const run = address === expected ? runs.at(-1) : undefined;
      if (run === undefined) runs.push({ skipped: aligned(continued), pages: [page] });
      else run.pages.push(page);
      expected = address + BigInt(pageSize);
    }
  }
  return runs;
};

const aligned = (length: number): number => (length + 7) & ~7;

function recordsIn({ skipped, pages }: Run): LogRecord[] {
  const run = Buffer.concat(pages);
  const records: LogRecord[] = [{ bytes: run.subarray(0, skipped), databases: [] }];
  let at = skipped;
  while (at + recordHeader <= run.length) {
    const length = run.readUInt32LE(at);
    // Zeroes fill a page to its end, and a segment that was left early.
    if (length === 0) at += 8;
    else {
      if (length < recordHeader) throw new Error(`the log cannot be read: a record of ${length} bytes`);
      const bytes = run.subarray(at, at + length);
      // The last one of an old file goes on in a file that is gone.
      const whole = Buffer.concat([bytes, Buffer.alloc(length - bytes.length)]);
      records.push({ bytes, databases: databasesOf(whole) });
      at += aligned(length);
    }
  }
  return records;
}

/** Reads the headers of the pages a record is about. They end where no more is left than the data they announced. */
const databasesOf = (record: Buffer): number[] => {
  const databases = new Set<number>();
  let at = recordHeader;
  let data = 0;
  while (record.length - at > data) {
    const id = record.readUInt8(at);
    // 255 and 254 announce the record's own data, 253 an origin, 252 a parent transaction.
    if (id === 255 || id === 254) break;
    if (id === 253 || id === 252) at += id === 253 ? 3 : 5;
    else {
      const flags = record.readUInt8(at + 1);
      data += record.readUInt16LE(at + 2);
      at += 4;
      if ((flags & hasImage) !== 0) {
        data += record.readUInt16LE(at);
        const info = record.readUInt8(at + 4);
        // A compressed image with a hole says the hole's length too.
        at += 5 + ((info & 0x01) !== 0 && (info & 0x1c) !== 0 ? 2 : 0);
      }
      if ((flags & sameRelation) === 0) {
        databases.add(record.readUInt32LE(at + 4));
        at += 12;
      }
      at += 4;
    }
  }
  return [...databases];
};
