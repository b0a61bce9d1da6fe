import type { Conversation, KeyUri, LiveKey, Participant, ResourceUri, RoomId, UserId } from '@cloister/wire';
import type { PendingChange } from '../api/room-view.ts';
import type { LogEntry, SealedText } from './log-entry.ts';
import { emptyWindow, joined, type LogWindow } from './log-window.ts';

/** Everything this client knows of a room. Immutable; moved on by `withConversation` and `withEntry`. */
export interface RoomState {
  readonly id: RoomId;
  readonly url: string;
  readonly resourceUri: ResourceUri | undefined;
  readonly title: SealedText | undefined;
  readonly direct: boolean;
  readonly people: ReadonlySet<UserId>;
  readonly moderators: ReadonlySet<UserId>;
  readonly pending: readonly PendingChange[];
  readonly liveKeys: readonly LiveKey[];
  readonly defaultKey: KeyUri | undefined;
  /** Everything up to here is applied to the members above. */
  readonly head: number;
  readonly readPosition: number;
  readonly created: string;
  readonly updated: string;
  readonly window: LogWindow;
  /** The newest page was fetched once. */
  readonly opened: boolean;
}

const never = '1970-01-01T00:00:00.000Z';

/** The resource a room keeps, whatever the core names now. */
export type PinResource = (room: RoomId, named: ResourceUri | undefined) => ResourceUri | undefined;

/** The room as the core serves it, keeping what was known of the log. */
export const withConversation = (known: RoomState | undefined, served: Conversation, pin: PinResource): RoomState => {
  const head = served.head ?? 0;
  // An answer older than what events brought is not taken back: its people and keys are of the past.
  if (known !== undefined && head < known.head) return known;
  const titleKey = served.encryptionKeyUrl ?? served.defaultActivityEncryptionKeyUrl ?? undefined;
  const participants = served.participants?.items ?? [];
  const created = served.created ?? served.published ?? never;
  return {
    id: served.id,
    url: served.url,
    resourceUri: pin(served.id, served.kmsResourceObjectUrl ?? undefined),
    title: served.displayName ? { sealed: served.displayName, keyUri: titleKey } : undefined,
    direct: served.tags?.includes('ONE_ON_ONE') ?? false,
    people: sameSet(known?.people, new Set(participants.map(({ id }) => id))),
    moderators: sameSet(known?.moderators, new Set(participants.filter(isModerator).map(({ id }) => id))),
    pending: served.pending ?? [],
    liveKeys: served.liveKeys ?? [],
    defaultKey: served.defaultActivityEncryptionKeyUrl ?? undefined,
    head,
    readPosition: Math.max(served.readPosition ?? 0, known?.readPosition ?? 0),
    created,
    updated:
      known !== undefined && head === known.head ? known.updated : (lastPublished(served) ?? known?.updated ?? created),
    window: known?.window ?? emptyWindow,
    opened: known?.opened ?? false,
  };
};

const isModerator = ({ roomProperties }: Participant): boolean => roomProperties?.isModerator === true;

/** The set from before when it says the same: who came or went is told by identity. */
const sameSet = (before: ReadonlySet<UserId> | undefined, next: ReadonlySet<UserId>): ReadonlySet<UserId> =>
  before !== undefined && before.size === next.size && [...next].every((id) => before.has(id)) ? before : next;

const lastPublished = (served: Conversation): string | undefined => served.activities?.items.at(-1)?.published;

/** The room after its next entry. Entries must come in order: `entry.position` is `head + 1`. */
export const withEntry = (room: RoomState, entry: LogEntry, me: UserId): RoomState => {
  const isQuiet = entry.body.kind === 'pages';
  const next: RoomState = {
    ...room,
    head: entry.position,
    updated: isQuiet ? room.updated : entry.published,
    window: joined(room.window, [entry]),
    // What one writes oneself one has read, and what says nothing new.
    readPosition:
      (isQuiet || entry.actor === me) && room.readPosition === room.head ? entry.position : room.readPosition,
  };
  const { body } = entry;
  switch (body.kind) {
    case 'joined':
      return settled({ ...next, people: new Set([...next.people, body.person]) }, 'add', body.person);
    case 'left': {
      const people = without(next.people, body.person);
      const moderators = without(next.moderators, body.person);
      // A departure makes all keys stale: marked, never nulled (architecture §5).
      const liveKeys = next.liveKeys.map((key) => ({ ...key, stale: true }));
      return settled({ ...next, people, moderators, liveKeys }, 'remove', body.person);
    }
    case 'appointed':
      return settled({ ...next, moderators: new Set([...next.moderators, body.person]) }, 'appoint', body.person);
    case 'dismissed':
      return settled({ ...next, moderators: without(next.moderators, body.person) }, 'dismiss', body.person);
    case 'renamed':
      return { ...next, title: body.title };
    case 'key-changed':
      return {
        ...next,
        liveKeys: [
          ...next.liveKeys.filter(({ uri }) => uri !== body.keyUri),
          { uri: body.keyUri, stale: false, shared: body.shared },
        ],
        defaultKey: body.shared ? body.keyUri : next.defaultKey,
      };
    default:
      return next;
  }
};

const without = (people: ReadonlySet<UserId>, person: UserId): ReadonlySet<UserId> =>
  new Set([...people].filter((id) => id !== person));

const settled = (room: RoomState, kind: PendingChange['kind'], person: UserId): RoomState => ({
  ...room,
  pending: room.pending.filter((change) => change.kind !== kind || !change.subjects.includes(person)),
});

/** Entries of others after the read marker: exact where the log is known, elsewhere every entry counts. */
export const unreadOf = (room: RoomState, me: UserId): number => {
  const known = room.window.entries.filter(({ position }) => position > room.readPosition && position <= room.head);
  const unknown = Math.max(0, room.head - room.readPosition - known.length);
  const read = ({ actor, body }: LogEntry) => actor === me || (body.kind !== 'message' && body.kind !== 'files');
  return unknown + known.filter((entry) => !read(entry)).length;
};
