import type { ActivityId, RoomChange, RoomId, UserId } from '@cloister/wire';
import type { ClientSnapshot } from './client-snapshot.ts';
import type { PersonView } from './person-view.ts';
import type { WhoCanRead } from './room-view.ts';
import type { Progress } from './send-state.ts';
import type { FileView, MessageText, TimelineEntry } from './timeline-entry.ts';
import type { TimelineView } from './timeline-view.ts';

export type Unsubscribe = () => void;

/** A file to share: a Blob (a browser's File, or `fs.openAsBlob` in Node) with its name. At most 100 MiB. */
export interface FileSource {
  readonly name: string;
  readonly blob: Blob;
  /** Defaults to `blob.type`, else `application/octet-stream`. */
  readonly mimeType?: string;
}

export interface TransferOptions {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Rooms {
  /** Creates a room whose title is sealed; returns when core and key server both applied it. */
  create(options: { readonly title: string; readonly people?: readonly UserId[] }): Promise<RoomId>;
  /** The room of two with this person, created if there is none. */
  direct(person: UserId): Promise<RoomId>;
  /** Loads participants and the newest page, and keeps the room's timeline complete from then on. */
  open(roomId: RoomId): Promise<void>;
  /** Adds people one after the other; both halves (core, key server) or neither for each. */
  add(roomId: RoomId, people: readonly UserId[]): Promise<void>;
  /** Takes a person out of the room; every key goes stale. */
  remove(roomId: RoomId, person: UserId): Promise<void>;
  leave(roomId: RoomId): Promise<void>;
  /** Makes a member a moderator; from then on moderators alone change the title and who is in the room (R447). */
  appoint(roomId: RoomId, person: UserId): Promise<void>;
  /** The opposite; without a moderator the room is everybody's again. */
  dismiss(roomId: RoomId, person: UserId): Promise<void>;
  rename(roomId: RoomId, title: string): Promise<void>;
  /** Moves the read marker to `position` (default: the newest entry); never backwards. */
  markRead(roomId: RoomId, position?: number): Promise<void>;
  /** The newest changes of people and keys and what became of them: pending, applied, or refused and why. */
  changes(roomId: RoomId, limit?: number): Promise<readonly RoomChange[]>;
  /** Asks the key server afresh. */
  whoCanRead(roomId: RoomId): Promise<WhoCanRead>;
}

export interface People {
  /** By name or e-mail, within one's own organisation; elsewhere by exact e-mail only (R425). */
  search(query: string, options?: { readonly signal?: AbortSignal }): Promise<readonly PersonView[]>;
  /** Asks for these names in the background, of colleagues; they appear in `snapshot.people`. */
  need(ids: readonly UserId[]): void;
  /** One person, from the cache or identity; of another organisation, as entries that are shown call them. */
  get(id: UserId): Promise<PersonView>;
}

export interface History {
  /** Fetches the page before the window; resolves when it is in the timeline. */
  older(roomId: RoomId): Promise<void>;
  /** Fetches the page after the window (after `around`). */
  newer(roomId: RoomId): Promise<void>;
  /** Moves the window to surround a position, such as the oldest unread entry. */
  around(roomId: RoomId, position: number): Promise<void>;
  /** Moves the window back to the newest entries. */
  newest(roomId: RoomId): Promise<void>;
}

/**
 * A person's connection to Cloister: rooms, timelines, people. Methods reject with a CloisterError whose `code` is
 * stable; nothing has changed then.
 */
export interface Client {
  /** The current state; the same object until something changes (fit for `useSyncExternalStore`). */
  snapshot(): ClientSnapshot;
  subscribe(listener: () => void): Unsubscribe;
  /** One room's loaded window; the same object until something in it changes. */
  timeline(roomId: RoomId): TimelineView;
  subscribeTimeline(roomId: RoomId, listener: () => void): Unsubscribe;

  readonly rooms: Rooms;
  readonly people: People;
  readonly history: History;

  /** Shows the message at once and puts it into the outbox; resolves to its entry key when it is stored there. */
  send(roomId: RoomId, message: MessageText): Promise<string>;
  /** Resolves when the outbox entry is stored by the core; rejects when it failed or was discarded. */
  sent(roomId: RoomId, key: string): Promise<TimelineEntry>;
  /** Replaces the text of one's own message. */
  edit(roomId: RoomId, id: ActivityId, message: MessageText): Promise<void>;
  /** Takes back one's own message or files. */
  remove(roomId: RoomId, id: ActivityId): Promise<void>;
  /** Seals and uploads, then sends the share through the outbox. Resolves to the entry key when uploaded. */
  upload(
    roomId: RoomId,
    files: readonly FileSource[],
    options?: TransferOptions & { readonly message?: MessageText },
  ): Promise<string>;
  /** Downloads, opens and verifies; the result has the file's whole content. */
  download(roomId: RoomId, file: FileView, options?: TransferOptions): Promise<Blob>;
  /** Tries a failed entry again. */
  retry(roomId: RoomId, key: string): void;
  /** Drops an entry that is not stored yet; cancels its upload. */
  discard(roomId: RoomId, key: string): Promise<void>;
  /** Tries to open undecryptable entries of a room again, now. */
  reopen(roomId: RoomId): void;

  /** Goes online at once instead of waiting for the back-off (a browser's `online` event). */
  reconnect(): void;
  /** Stops everything; the store stays, a later `connect` goes on. */
  close(): Promise<void>;
}
