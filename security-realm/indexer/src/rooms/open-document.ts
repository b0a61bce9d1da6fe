import type { IndexerClient, LogEntry, RoomToIndex, SealedFile, SealedText } from '@cloister/sdk';
import { type DocumentText, hasOf, type SearchDocument } from '@cloister/search-terms';
import type { FileTexts } from './file-texts.ts';
import { finalCode } from './final-code.ts';

export interface OpenOptions {
  readonly client: Pick<IndexerClient, 'openText' | 'entry'>;
  readonly files: FileTexts;
  readonly room: RoomToIndex;
  readonly signal: AbortSignal;
  /** A part that nobody can open, by the code of why; it is passed over. */
  readonly passedOver: (code: string) => void;
}

/**
 * What there is to find in an entry: of a message its text, of a share its files too, of an edit the new text and what the
 * message shared. `undefined` for an entry that says nothing: somebody joined, was renamed, or it is deleted.
 * A part whose key is refused for good, or that its sender sealed wrongly, is passed over and keeps no other from being found.
 * @throws CloisterError for what may pass: the room waits
 */
export const openDocument = async (entry: LogEntry, options: OpenOptions): Promise<SearchDocument | undefined> => {
  const { body } = entry;
  switch (body.kind) {
    case 'message':
      return open(entry, body.text, [], options);
    case 'files':
      return open(entry, body.text, body.files, options);
    case 'edit': {
      const edited = await options.client.entry(options.room.roomId, body.target, { signal: options.signal });
      // What was edited is deleted by now: the core finds neither.
      if (edited === undefined || edited.body.kind === 'gone') return undefined;
      return open(entry, body.text, edited.body.kind === 'files' ? edited.body.files : [], options);
    }
    default:
      return undefined;
  }
};

const open = async (
  { actor }: LogEntry,
  text: SealedText | undefined,
  files: readonly SealedFile[],
  options: OpenOptions,
): Promise<SearchDocument | undefined> => {
  const { client, room, files: contents, passedOver } = options;
  const texts: DocumentText[] = [];
  const orPassed = async (work: () => Promise<DocumentText | undefined>) => {
    try {
      const found = await work();
      if (found !== undefined) texts.push(found);
    } catch (cause) {
      const code = finalCode(cause);
      if (code === undefined) throw cause;
      passedOver(code);
    }
  };
  if (text !== undefined) {
    await orPassed(async () => ({ kind: 'message', text: await client.openText(room, text) }));
  }
  for (const file of files) {
    let name = '';
    await orPassed(async () => {
      if (file.name === undefined) return undefined;
      name = await client.openText(room, file.name);
      return { kind: 'name', text: name };
    });
    await orPassed(async () => {
      const inside = await contents.of(file, name, options);
      return inside === undefined ? undefined : { kind: 'file', text: inside };
    });
  }
  // A share that says nothing is found by its author and by what it has.
  if (texts.length === 0 && files.length === 0) return undefined;
  return { texts, from: actor, has: hasOf(files.map(({ mimeType }) => mimeType)) };
};
