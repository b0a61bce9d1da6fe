import type { FilesEntry, MessageEntry, TimelineEntry } from '@cloister/sdk';
import type { ActivityId, UserId } from '@cloister/wire';

/** An entry the core has stored, so that it can be changed. */
type Stored<T> = T & { readonly id: ActivityId };

const isOwnStored = (entry: TimelineEntry, me: UserId): boolean =>
  entry.actor === me && entry.id !== undefined && entry.send.state === 'sent';

/** Whether one may take an entry back: one's own messages and files that are stored. */
export const canDelete = (entry: TimelineEntry, me: UserId): entry is Stored<MessageEntry | FilesEntry> =>
  (entry.kind === 'message' || entry.kind === 'files') && isOwnStored(entry, me);

/** Whether one may change an entry's words: one's own messages that are stored and open. */
export const canEdit = (entry: TimelineEntry, me: UserId): entry is Stored<MessageEntry> =>
  entry.kind === 'message' && isOwnStored(entry, me) && entry.content.state === 'open';

/** The newest message one may edit: what ↑ in an empty composer takes up. */
export const lastEditable = (entries: readonly TimelineEntry[], me: UserId): Stored<MessageEntry> | undefined =>
  entries.findLast((entry): entry is Stored<MessageEntry> => canEdit(entry, me));
