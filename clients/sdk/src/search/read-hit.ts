import { hasOf, highlights, matches, mediaOf, type Query } from '@cloister/search-terms';
import { CloisterError, type FoundEntry, parseUuid, type RoomId } from '@cloister/wire';
import type { SearchHit } from '../api/search.ts';
import type { LogBody, LogEntry, SealedText } from '../rooms/log-entry.ts';
import { readActivity } from '../rooms/read-activity.ts';
import type { Opener } from '../timeline/opener.ts';

/** What became of an entry that the core found. */
export type Looked = SearchHit | 'unopened' | 'no-match';

/**
 * Opens a found entry and looks whether it matches: the core compares tokens and knows no phrase, and nobody has to
 * believe that it found what it says (docs/search.md).
 * @throws CloisterError `client/unreadable`, `wire/…` for what is no message of a room
 */
export const readHit = async (
  opener: Pick<Opener, 'settled'>,
  query: Query,
  { activity, edit, slots }: FoundEntry,
): Promise<Looked> => {
  const roomId = parseUuid<RoomId>(activity.target?.id);
  const entry = readActivity(roomId, activity);
  const body = edit === undefined ? entry.body : editOf(entry, readActivity(roomId, edit));
  const open = async (text: SealedText | undefined): Promise<string | undefined> => {
    const content = text === undefined ? undefined : await opener.settled(roomId, text);
    if (content === undefined) return '';
    return content.state === 'open' ? content.value : undefined;
  };
  const sealed = entry.body.kind === 'files' ? entry.body.files : [];
  const [text, ...names] = await Promise.all([open(textOf(body)), ...sealed.map(({ name }) => open(name))]);
  if (text === undefined || !names.every((name) => name !== undefined)) return 'unopened';

  const types = sealed.map(({ mimeType }) => mimeType);
  const seen = {
    texts: [{ kind: 'message', text } as const, ...names.map((name) => ({ kind: 'name', text: name }) as const)],
    from: entry.actor,
    has: hasOf(types),
    roomId,
    published: Date.parse(entry.published),
    unseen: types.some((type) => mediaOf(type) === 'document'),
  };
  const verdict = matches(query, seen, slots);
  if (verdict === 'no') return 'no-match';
  const inText = highlights(query, text);
  const files = names.map((name, index) => ({
    name,
    mimeType: types[index] ?? '',
    highlights: highlights(query, name),
  }));
  const isInName = inText.length === 0 && files.some((file) => file.highlights.length > 0);
  return {
    roomId,
    activityId: entry.id,
    position: entry.position,
    published: entry.published,
    actor: entry.actor,
    edited: edit !== undefined,
    text,
    highlights: inText,
    files,
    where: verdict === 'in-file' ? 'in-file' : isInName ? 'file-name' : 'message',
  };
};

/** @throws CloisterError `client/unreadable` unless it is its author's own edit, whatever the core let through */
const editOf = (entry: LogEntry, { actor, body }: LogEntry): LogBody => {
  if (actor === entry.actor && body.kind === 'edit' && body.target === entry.id) return body;
  throw new CloisterError('client/unreadable', { detail: 'not an edit of it' });
};

const textOf = (body: LogBody): SealedText | undefined =>
  body.kind === 'message' || body.kind === 'edit' || body.kind === 'files' ? body.text : undefined;
