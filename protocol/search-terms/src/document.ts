import type { UserId } from '@cloister/wire';
import type { Has } from './has.ts';

/** One text of a message: what it says, the name of one of its files, or the text inside one. */
export interface DocumentText {
  readonly kind: 'message' | 'name' | 'file';
  readonly text: string;
}

/** A message, as far as its terms go. */
export interface SearchDocument {
  readonly texts: readonly DocumentText[];
  readonly from: UserId;
  /** What {@link hasOf} says of its files; `link` may be left out. */
  readonly has: ReadonlySet<Has>;
}
