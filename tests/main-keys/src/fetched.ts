import type { Node } from './testing/node.ts';

/** A content key as it was when it was made, or a search key as it was when it was first given. */
export interface ContentKey {
  readonly uri: string;
  readonly bytes: string;
  /** The KEK that wraps it, with its version. */
  readonly kek: string;
}

/** A step of the run, and what the clock shows then. */
export interface Moment {
  readonly step: number;
  readonly ms: number;
}

/** Somebody asked for a key. */
export interface Fetched {
  readonly key: ContentKey;
  readonly node: Node;
  readonly from: Moment;
  readonly to: Moment;
  /** The key's bytes; null when they were refused, or nothing came. */
  readonly bytes: string | null;
}
