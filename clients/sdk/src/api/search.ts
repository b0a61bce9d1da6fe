import type { ActivityId, RoomId, UserId } from '@cloister/wire';
import type { Unsubscribe } from './client.ts';

/** Start and end in UTF-16 code units of the text they are of. */
export type Highlight = readonly [start: number, end: number];

export interface FoundFile {
  readonly name: string;
  readonly mimeType: string;
  readonly highlights: readonly Highlight[];
}

/** A message that the query finds: opened and looked at again by this client. */
export interface SearchHit {
  readonly roomId: RoomId;
  /** The message as first sent; its position is where to jump to. */
  readonly activityId: ActivityId;
  readonly position: number;
  /** ISO 8601; of the message as first sent. */
  readonly published: string;
  readonly actor: UserId;
  readonly edited: boolean;
  /** Empty for files alone. */
  readonly text: string;
  readonly highlights: readonly Highlight[];
  readonly files: readonly FoundFile[];
  /** `in-file`: inside a file, which the indexer has read and this client has not. */
  readonly where: 'message' | 'file-name' | 'in-file';
}

/** How far what was searched reaches. */
export interface SearchReach {
  /** Rooms that were searched. */
  readonly rooms: number;
  /** Of these: with messages that are not indexed yet. */
  readonly lagging: number;
  /** The oldest of those messages was sent then, ISO 8601. */
  readonly since?: string;
  /** Rooms that have no index yet. */
  readonly missing: number;
  /** Rooms that could not be searched now: another organisation's key server is out of reach. */
  readonly unsearched: number;
}

/** A name in a filter that is nobody's. */
export interface UnknownName {
  readonly filter: 'from' | 'in';
  readonly name: string;
}

export interface SearchSnapshot {
  /** `empty`: the query asks for nothing. `unknown`: a name in it is nobody's. */
  readonly state: 'empty' | 'unknown' | 'asking' | 'partial' | 'done' | 'failed';
  /** Why it failed. */
  readonly code?: string;
  /** With `unknown`: those names. */
  readonly unknown?: readonly UnknownName[];
  /** Newest first. */
  readonly hits: readonly SearchHit[];
  readonly reach?: SearchReach;
  /** There is more: `more()` fetches it. */
  readonly canMore: boolean;
  /** Messages that match, as far as the index goes, and cannot be opened by this client. */
  readonly unopened: number;
}

/** One search, as it goes on. */
export interface SearchView {
  /** The same object until something changes. */
  snapshot(): SearchSnapshot;
  subscribe(listener: () => void): Unsubscribe;
  /** Fetches the next older ones; a search that failed goes on where it stood. Resolves when they are there, or it failed. */
  more(): Promise<void>;
  /** Ends it; nothing changes any more. */
  close(): void;
}

/** What the word at the cursor could become: `span` of the text is replaced by `insert`. */
export type Suggestion = {
  readonly insert: string;
  readonly span: Highlight;
} & (
  | { readonly kind: 'filter'; readonly filter: string }
  | { readonly kind: 'person'; readonly id: UserId; readonly name: string }
  | { readonly kind: 'room'; readonly id: RoomId; readonly title: string }
);

/** A room or person whose name begins with what was typed: to go there instead of searching. */
export type Destination =
  | { readonly kind: 'person'; readonly id: UserId; readonly name: string }
  | { readonly kind: 'room'; readonly id: RoomId; readonly title: string };

/** Search over everything this person may read (docs/search.md has what it finds). */
export interface Search {
  /** Asks at once; `more()` of the view fetches older ones. */
  open(text: string): SearchView;
  suggest(text: string, cursor: number): readonly Suggestion[];
  /** By the beginning of any word of a title or name; needs no key and no server. */
  destinations(text: string): readonly Destination[];
  /** What the indexer found out about the organisation's own index; full administrators. */
  figures(): Promise<unknown>;
}
