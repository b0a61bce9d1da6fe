import type { ActivityId, RoomId, UserId } from '@cloister/wire';
import type { Content } from './content.ts';
import type { SendState } from './send-state.ts';

/** A message's text: plain, and optionally HTML, which the reader must sanitise before showing. */
export interface MessageText {
  readonly text: string;
  readonly html?: string;
}

/** One shared file. `mimeType` and `size` travel in clear text and are hints; the name is sealed. */
export interface FileView {
  /** Stable within its entry; what `download` takes. */
  readonly id: string;
  readonly name: Content<string>;
  readonly mimeType: string;
  readonly size: number;
  /** The file's pages as images, where the organisation lets a function make them. */
  readonly pages?: readonly PageView[];
}

/** One page of a shared file; `download` opens `file` like any. */
export interface PageView {
  /** From 0. */
  readonly index: number;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly file: FileView;
}

interface EntryBase {
  /** Stable from the moment of sending, through `sent`, for ever: fit for a React key. */
  readonly key: string;
  /** Absent until the core stored it. */
  readonly id?: ActivityId;
  /** Place in the room's log, from 1, without gaps; absent until the core stored it. */
  readonly position?: number;
  readonly roomId: RoomId;
  readonly actor: UserId;
  /** RFC 3339; the core's time, for entries still in the outbox this device's. */
  readonly published: string;
  readonly send: SendState;
}

export interface MessageEntry extends EntryBase {
  readonly kind: 'message';
  readonly content: Content<MessageText>;
  /** When its author last edited it. */
  readonly edited?: string;
}

export interface FilesEntry extends EntryBase {
  readonly kind: 'files';
  /** An accompanying text, if the sender wrote one. */
  readonly content?: Content<MessageText>;
  readonly files: readonly FileView[];
}

/** A message or files whose author took them back: the ciphertext is gone, the entry stays. */
export interface DeletedEntry extends EntryBase {
  readonly kind: 'deleted';
  readonly by: UserId;
}

/** Join, leave and removal appear inline with who did it (R331). `person === actor` means by themselves. */
export interface MembershipEntry extends EntryBase {
  readonly kind: 'joined' | 'left';
  readonly person: UserId;
  /** Their own key server removed them, since they left the organisation; `actor` is the administrator (R332). */
  readonly reason?: 'left-organisation';
}

/** Somebody became a moderator, or is one no longer. */
export interface ModeratorEntry extends EntryBase {
  readonly kind: 'appointed' | 'dismissed';
  readonly person: UserId;
}

export interface CreatedEntry extends EntryBase {
  readonly kind: 'created';
}

export interface RenamedEntry extends EntryBase {
  readonly kind: 'renamed';
  readonly title: Content<string>;
}

/** The room's keys changed; usually not shown. */
export interface KeyChangedEntry extends EntryBase {
  readonly kind: 'key-changed';
}

/** What stands at one place of a room's timeline. */
export type TimelineEntry =
  | MessageEntry
  | FilesEntry
  | DeletedEntry
  | MembershipEntry
  | ModeratorEntry
  | CreatedEntry
  | RenamedEntry
  | KeyChangedEntry;
