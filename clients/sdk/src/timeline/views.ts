import type { OrganisationId, RoomId, UserId } from '@cloister/wire';
import type { RoomView } from '../api/room-view.ts';
import type { FilesEntry, MessageEntry, TimelineEntry } from '../api/timeline-entry.ts';
import type { TimelineView } from '../api/timeline-view.ts';
import type { OutboxEntry, Uploading } from '../outbox/outbox-entry.ts';
import { lastOf } from '../rooms/log-window.ts';
import { type RoomState, unreadOf } from '../rooms/room-state.ts';
import { buildTimeline, type ReadText } from './build-timeline.ts';

/** What a room's views are made from. */
export interface ViewSource {
  readonly room: RoomState | undefined;
  readonly me: UserId;
  readonly read: ReadText;
  readonly outbox: readonly OutboxEntry[];
  readonly uploads: readonly Uploading[];
  readonly outside: readonly OrganisationId[];
  readonly unexplained: readonly UserId[] | undefined;
  readonly loadingOlder: boolean;
  readonly loadingNewer: boolean;
}

export const timelineView = (roomId: RoomId, source: ViewSource): TimelineView => {
  const { room, me, read } = source;
  const log = room?.window.entries ?? [];
  const sent = buildTimeline(log, me, read);
  const atEnd = room === undefined || lastOf(room.window) === room.head;
  const waiting = atEnd ? waitingEntries(source, new Set(sent.map(({ key }) => key))) : [];
  return {
    roomId,
    entries: [...sent, ...waiting],
    loaded: room?.opened ?? false,
    hasOlder: (log[0]?.position ?? 0) > 1,
    hasNewer: !atEnd && log.length > 0,
    loadingOlder: source.loadingOlder,
    loadingNewer: source.loadingNewer,
    readPosition: room?.readPosition ?? 0,
  };
};

export const roomView = (room: RoomState, source: ViewSource): RoomView => {
  const { me, read } = source;
  const others = [...room.people].filter((id) => id !== me);
  const [other] = others;
  const last = lastContent(room, source);
  return {
    id: room.id,
    title: room.title === undefined ? { state: 'open', value: '' } : read(room.title),
    ...(room.direct && other !== undefined ? { directWith: other } : {}),
    people: [...room.people],
    outside: source.outside,
    moderators: [...room.moderators],
    pending: room.pending,
    unread: unreadOf(room, me),
    readPosition: room.readPosition,
    head: room.head,
    created: room.created,
    updated: room.updated,
    ...(last === undefined ? {} : { last }),
    ...(source.unexplained === undefined ? {} : { unexplained: source.unexplained }),
  };
};

/** Newest message or files, when the end of the log is known. */
const lastContent = (room: RoomState, { me, read }: ViewSource): TimelineEntry | undefined => {
  if (lastOf(room.window) !== room.head) return undefined;
  return buildTimeline(room.window.entries.slice(-30), me, read).findLast(
    ({ kind }) => kind === 'message' || kind === 'files',
  );
};

/** Those the log shows already are left out: the event may come before the answer. */
const waitingEntries = (source: ViewSource, sent: ReadonlySet<string>): TimelineEntry[] => [
  ...source.outbox.filter(({ key }) => !sent.has(key)).map((entry) => outboxView(entry, source.me)),
  ...source.uploads.map((upload) => uploadView(upload, source.me)),
];

const outboxView = (entry: OutboxEntry, me: UserId): MessageEntry | FilesEntry => {
  const { key, roomId, at, body, failure, waiting } = entry;
  const sending = { state: 'sending', ...(waiting === undefined ? {} : { waiting }) } as const;
  const send = failure === undefined ? sending : ({ state: 'failed', failure } as const);
  const base = { key, roomId, actor: me, published: at, send };
  if (body.kind === 'message') return { ...base, kind: 'message', content: { state: 'open', value: body.message } };
  return {
    ...base,
    kind: 'files',
    files: body.files.map((file, index) => plainFile(key, index, file)),
    ...(body.message === undefined ? {} : { content: { state: 'open', value: body.message } }),
  };
};

const uploadView = ({ key, roomId, at, files, message, progress, failure }: Uploading, me: UserId): FilesEntry => ({
  kind: 'files',
  key,
  roomId,
  actor: me,
  published: at,
  send: failure === undefined ? { state: 'sending', progress } : { state: 'failed', failure },
  files: files.map((file, index) => plainFile(key, index, file)),
  ...(message === undefined ? {} : { content: { state: 'open', value: message } }),
});

const plainFile = (key: string, index: number, file: { name: string; mimeType: string; size: number }) => ({
  id: `${key}/${index}`,
  name: { state: 'open', value: file.name } as const,
  mimeType: file.mimeType,
  size: file.size,
});
