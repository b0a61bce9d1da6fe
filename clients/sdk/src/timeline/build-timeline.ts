import type { ActivityId, UserId } from '@cloister/wire';
import type { Content } from '../api/content.ts';
import type { FileView, MessageText, PageView, TimelineEntry } from '../api/timeline-entry.ts';
import type { LogEntry, SealedFile, SealedPage, SealedText } from '../rooms/log-entry.ts';

/** How a sealed text stands. */
export type ReadText = (text: SealedText) => Content<string>;

interface Edit {
  readonly text: SealedText;
  readonly html?: SealedText;
  readonly at: string;
}

/** What later entries did to earlier ones. */
interface Aftermath {
  readonly edits: ReadonlyMap<ActivityId, Edit>;
  readonly deletes: ReadonlyMap<ActivityId, LogEntry>;
  /** Pages of shares' files, by their place in the share. */
  readonly pages: ReadonlyMap<ActivityId, readonly (readonly SealedPage[])[]>;
}

/**
 * The entries a screen shows for a run of a room's log: edits and deletes are folded into what they change. Only an
 * author's own edits and deletes count, whatever the core let through.
 */
export const buildTimeline = (log: readonly LogEntry[], me: UserId, read: ReadText): TimelineEntry[] => {
  const after = aftermathOf(log);
  return log.flatMap((entry) => viewOf(entry, after, me, read) ?? []);
};

const aftermathOf = (log: readonly LogEntry[]): Aftermath => {
  const authors = new Map(log.map(({ id, actor }) => [id, actor]));
  const edits = new Map<ActivityId, Edit>();
  const deletes = new Map<ActivityId, LogEntry>();
  const pages = new Map<ActivityId, readonly (readonly SealedPage[])[]>();
  for (const entry of log) {
    const { body, actor, published } = entry;
    if (body.kind === 'pages') pages.set(body.target, body.pages);
    if (body.kind !== 'edit' && body.kind !== 'delete') continue;
    if (authors.get(body.target) !== actor) continue;
    if (body.kind === 'delete') deletes.set(body.target, entry);
    else edits.set(body.target, { text: body.text, ...(body.html ? { html: body.html } : {}), at: published });
  }
  return { edits, deletes, pages };
};

const viewOf = (entry: LogEntry, after: Aftermath, me: UserId, read: ReadText): TimelineEntry | undefined => {
  const { id, roomId, position, actor, published, body } = entry;
  const base = {
    key: keyOf(entry, me),
    id,
    position,
    roomId,
    actor,
    published,
    send: { state: 'sent' },
  } as const;
  const deleted = after.deletes.get(id);
  if (deleted !== undefined || body.kind === 'gone') return { ...base, kind: 'deleted', by: deleted?.actor ?? actor };
  switch (body.kind) {
    case 'message': {
      const edit = after.edits.get(id);
      const { text, html } = edit ?? body;
      const content = messageOf(text, html, read);
      return { ...base, kind: 'message', content, ...(edit === undefined ? {} : { edited: edit.at }) };
    }
    case 'files': {
      const pages = after.pages.get(id) ?? [];
      const files = body.files.map((file, index) => ({
        ...fileView(`${id}/${index}`, file, read),
        ...pagesOf(`${id}/${index}`, pages[index] ?? [], read),
      }));
      const content = body.text === undefined ? undefined : messageOf(body.text, body.html, read);
      return { ...base, kind: 'files', files, ...(content === undefined ? {} : { content }) };
    }
    case 'left':
      return { ...base, ...body };
    case 'joined':
    case 'appointed':
    case 'dismissed':
      return { ...base, kind: body.kind, person: body.person };
    case 'created':
      return { ...base, kind: 'created' };
    case 'renamed':
      return { ...base, kind: 'renamed', title: read(body.title) };
    case 'key-changed':
      return { ...base, kind: 'key-changed' };
    default:
      return undefined;
  }
};

/** Stable from the outbox on: the client's own id for what one sent oneself, the core's for the rest. */
export const keyOf = ({ clientTempId, id, actor }: LogEntry, me: UserId): string =>
  actor === me ? (clientTempId ?? id) : id;

/** The text decides; HTML that does not open is left out. */
const messageOf = (text: SealedText, html: SealedText | undefined, read: ReadText): Content<MessageText> => {
  const plain = read(text);
  if (plain.state !== 'open') return plain;
  const rich = html === undefined ? undefined : read(html);
  if (rich?.state === 'opening') return rich;
  return {
    state: 'open',
    value: { text: plain.value, ...(rich?.state === 'open' ? { html: rich.value } : {}) },
  };
};

const fileView = (id: string, file: SealedFile, read: ReadText): FileView => ({
  id,
  name: file.name === undefined ? { state: 'open', value: '' } : read(file.name),
  mimeType: file.mimeType,
  size: file.size,
});

const pagesOf = (
  fileId: string,
  pages: readonly SealedPage[],
  read: ReadText,
): { readonly pages?: readonly PageView[] } => {
  if (pages.length === 0) return {};
  return {
    pages: pages.map((page, index) => ({
      index,
      width: page.width,
      height: page.height,
      file: fileView(`${fileId}/${index}`, page, read),
    })),
  };
};

/** The file that a view's id names: of a share, or a page of one of its files. */
export const fileOf = (log: readonly LogEntry[], fileId: string): SealedFile | undefined => {
  const [id, index, page] = fileId.split('/');
  if (page !== undefined) {
    const found = log.findLast(({ body }) => body.kind === 'pages' && body.target === id)?.body;
    return found?.kind === 'pages' ? found.pages[Number(index)]?.[Number(page)] : undefined;
  }
  const body = log.find((entry) => entry.id === id)?.body;
  return body?.kind === 'files' ? body.files[Number(index)] : undefined;
};
