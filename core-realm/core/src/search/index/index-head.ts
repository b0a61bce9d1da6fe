/** A run of pages that holds the documents after `from`, up to and with `to`. */
export interface Segment {
  readonly segment: number;
  readonly pages: number;
  readonly postings: number;
  readonly from: number;
  readonly to: number;
}

/** Which segments an index has, oldest documents first; they follow each other without a gap. */
export interface IndexHead {
  /** The number of the next segment; no number is used twice. */
  readonly next: number;
  readonly segments: readonly Segment[];
}

export const emptyHead: IndexHead = { next: 1, segments: [] };

/** Up to which document the segments go; the batches go on from there. */
export const compactedTo = ({ segments }: IndexHead): number => segments.at(-1)?.to ?? 0;

export const encodeHead = ({ next, segments }: IndexHead): Buffer =>
  Buffer.from(
    JSON.stringify([
      next,
      segments.map(({ segment, pages, postings, from, to }) => [segment, pages, postings, from, to]),
    ]),
  );

/** Of what `encodeHead` gave, authenticated. */
export const decodeHead = (bytes: Buffer): IndexHead => {
  const [next, segments] = JSON.parse(bytes.toString('utf8')) as [number, [number, number, number, number, number][]];
  return {
    next,
    segments: segments.map(([segment, pages, postings, from, to]) => ({ segment, pages, postings, from, to })),
  };
};
