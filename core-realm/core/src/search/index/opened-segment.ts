import type { Block } from './format/block.ts';
import type { Directory } from './format/directory.ts';
import type { Segment } from './index-head.ts';

/** A segment whose directory was opened, and those of its pages that were needed so far. */
export interface OpenedSegment extends Segment {
  readonly directory: Directory;
  readonly opened: Map<number, Block>;
}

/** Pages that are needed and not opened. */
export type MissingPages = Map<OpenedSegment, Set<number>>;
