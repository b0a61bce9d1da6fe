/**
 * Where a term's postings stand in one index and epoch, as one number of 32 bits: the bucket that the newest one is in, and how many that
 * bucket holds. 0: no posting yet. A counter never goes back, so that every posting is in bucket 0 to {@link lastBucket}.
 */
export type Counter = number;

/** In place of how many: the bucket takes no more. */
const CLOSED = 255;
const LAST = 2 ** 24 - 1;

/** Most postings that a bucket can be told to take. */
export const largestBucket = CLOSED - 1;

export const lastBucket = (counter: Counter): number => counter >>> 8;

/** The counter after one more posting, where buckets take `size`; the posting is in its {@link lastBucket}. */
export function next(counter: Counter, size: number): Counter {
  if (counter === 0) return 1;
  const held = counter & 0xff;
  if (held < size && held !== CLOSED) return counter + 1;
  // After 16 million buckets the last one takes the rest: still found, only less well hidden.
  const bucket = Math.min(lastBucket(counter) + 1, LAST);
  return ((bucket << 8) | 1) >>> 0;
}

/** The counter whose next posting starts a bucket. */
export const closed = (counter: Counter): Counter => (counter === 0 ? 0 : (counter | CLOSED) >>> 0);
