import type { IndexHead, Segment } from '../index-head.ts';

/** What is rewritten: old segments that hold dead documents, each by itself, and the newest ones that the batches are merged with. */
export interface Merge {
  readonly rewritten: readonly Segment[];
  readonly merged: readonly Segment[];
}

/** A segment is merged with what is newer once it is no more than so many times as large: each posting is written O(log n) times. */
const ratio = 2;

/**
 * @param fresh postings in batches
 * @param dead documents that left the log
 * @param purges whether it is time to take them out of every segment
 */
export const chooseMerge = (
  { segments }: IndexHead,
  fresh: number | undefined,
  dead: readonly number[],
  purges: boolean,
): Merge => {
  let first = segments.length;
  if (fresh !== undefined) {
    let size = fresh;
    for (; first > 0 && (segments[first - 1] as Segment).postings <= size * ratio; first -= 1)
      size += (segments[first - 1] as Segment).postings;
  }
  const isDirty = ({ from, to }: Segment) => dead.some((position) => position > from && position <= to);
  return { rewritten: purges ? segments.slice(0, first).filter(isDirty) : [], merged: segments.slice(first) };
};
