import type { Block } from './format/block.ts';
import type { OpenedIndex } from './opened-index.ts';
import type { MissingPages, OpenedSegment } from './opened-segment.ts';
import { mappedBytes } from './token-map.ts';

/** An index as it stood at one moment: its batches and directories are at hand, its pages are opened when tokens may be in them. */
export class IndexReader {
  readonly index: OpenedIndex;
  readonly batches: readonly Block[];
  readonly segments: readonly OpenedSegment[];

  constructor(index: OpenedIndex, batches: readonly Block[], segments: readonly OpenedSegment[]) {
    this.index = index;
    this.batches = batches;
    this.segments = segments;
  }

  /** A time, in milliseconds, that no document up to this one came after, where that is known. */
  latest(position: number): number {
    const segment = this.segments.find(({ to }) => position <= to);
    return segment?.directory.latest(position - segment.from - 1) ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Positions of documents with one of the tokens, in no order and perhaps twice.
   * @param missing told which pages have to be opened first: what is found without them is not all
   */
  find(mapped: Buffer, missing: MissingPages): number[] {
    const found: number[] = [];
    const view = new DataView(mapped.buffer, mapped.byteOffset, mapped.length);
    for (let at = 0; at < mapped.length; at += mappedBytes) {
      const high = view.getUint32(at);
      const low = view.getUint32(at + 4);
      for (const batch of this.batches) batch.find(high, low, found);
      for (const segment of this.segments) {
        const [from, to] = segment.directory.pagesOf(high, low);
        for (let page = from; page < to; page += 1) {
          const block = segment.opened.get(page);
          if (block !== undefined) block.find(high, low, found);
          else miss(missing, segment, page);
        }
      }
    }
    return found;
  }
}

const miss = (missing: MissingPages, segment: OpenedSegment, page: number): void => {
  const pages = missing.get(segment);
  if (pages === undefined) missing.set(segment, new Set([page]));
  else pages.add(page);
};
