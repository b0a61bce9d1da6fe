import { type PostingDocument, tokenCount } from '@cloister/wire';
import { mappedBytes, type TokenMap } from '../token-map.ts';
import { Pace } from '../turn.ts';
import { BlockWriter } from './block-writer.ts';

const buckets = 256;
/** Sorted at once. */
const few = 1024;

/**
 * The block of a batch: its documents' tokens, mapped and sorted; a token twice in a document counts once.
 * @param tag the index's
 */
export const blockOf = async (
  tokens: TokenMap,
  tag: Uint8Array,
  base: number,
  documents: readonly PostingDocument[],
): Promise<{ readonly block: Buffer; readonly postings: number }> => {
  const pace = new Pace();
  const count = documents.reduce((sum, document) => sum + tokenCount(document.tokens), 0);
  const mapped = Buffer.alloc(count * mappedBytes);
  const positions = new Float64Array(count);
  let at = 0;
  for (const document of documents) {
    const end = at + tokenCount(document.tokens);
    await pace.spend(end - at);
    mapped.set(tokens.map([{ tag, tokens: document.tokens }]), at * mappedBytes);
    positions.fill(document.position, at, end);
    at = end;
  }
  const high = (posting: number) => mapped.readUInt32BE(mappedBytes * posting);
  const low = (posting: number) => mapped.readUInt32BE(mappedBytes * posting + 4);
  const place = (posting: number) => positions[posting] as number;
  const writer = new BlockWriter(base);
  for (const bucket of byFirstByte(mapped)) {
    await pace.spend(bucket.length);
    bucket.sort((a, b) => high(a) - high(b) || low(a) - low(b) || place(a) - place(b));
    let before: number | undefined;
    for (const posting of bucket) {
      const repeats =
        before !== undefined &&
        high(before) === high(posting) &&
        low(before) === low(posting) &&
        place(before) === place(posting);
      if (!repeats) writer.add(high(posting), low(posting), place(posting));
      before = posting;
    }
  }
  return { block: writer.finish(), postings: writer.postings };
};

/** The postings by the first byte of their token, in its order: parts that are each soon sorted. */
const byFirstByte = (mapped: Buffer): Uint32Array[] => {
  const count = mapped.length / mappedBytes;
  if (count < few) return [Uint32Array.from({ length: count }, (_, posting) => posting)];
  const ends = new Uint32Array(buckets + 1);
  for (let posting = 0; posting < count; posting += 1) {
    const next = (mapped[posting * mappedBytes] as number) + 1;
    ends[next] = (ends[next] as number) + 1;
  }
  for (let bucket = 1; bucket <= buckets; bucket += 1)
    ends[bucket] = (ends[bucket] as number) + (ends[bucket - 1] as number);
  const free = ends.slice();
  const order = new Uint32Array(count);
  for (let posting = 0; posting < count; posting += 1) {
    const bucket = mapped[posting * mappedBytes] as number;
    order[free[bucket] as number] = posting;
    free[bucket] = (free[bucket] as number) + 1;
  }
  return Array.from({ length: buckets }, (_, bucket) => order.subarray(ends[bucket], ends[bucket + 1]));
};
