import type { IndexerClient } from '@cloister/sdk';
import type { Cap, SearchDocument } from '@cloister/search-terms';
import type { Analyser } from './analyser.ts';
import type { FileTexts } from './file-texts.ts';
import type { FollowedRoom } from './followed-room.ts';
import type { RoomPart, TermDocument } from './gathering.ts';
import { openDocument } from './open-document.ts';

export interface ReadPageOptions {
  readonly client: Pick<IndexerClient, 'entries' | 'entry' | 'openText'>;
  readonly files: FileTexts;
  readonly analyser: Pick<Analyser, 'analyse'>;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that only moves forward. */
  readonly monotonicNow: () => number;
  readonly passedOver: (code: string) => void;
  readonly capped: (cap: Cap) => void;
  /** A fault of this program's, which keeps nobody else's messages from being found. */
  readonly broke: (fault: unknown) => void;
}

/** A page that takes longer, because of files, ends after the entry at hand: what was read is found meanwhile. */
const longest = 5_000;

/**
 * Reads what comes next of a room and says what is in it; `undefined` when there is nothing.
 * @throws CloisterError for what may pass
 */
export const readPage = async (room: FollowedRoom, options: ReadPageOptions): Promise<RoomPart | undefined> => {
  const { client, signal, monotonicNow } = options;
  const from = room.read;
  const until = monotonicNow() + longest;
  const documents: TermDocument[] = [];
  let to = from;
  const entries = await client.entries(room.roomId, { after: from, signal });
  try {
    for (const entry of entries) {
      const document = await openDocument(entry, { ...options, room });
      const terms = document === undefined ? undefined : await termsOf(document, options);
      if (terms !== undefined) documents.push({ position: entry.position, terms });
      to = entry.position;
      if (monotonicNow() > until) break;
    }
  } catch (cause) {
    // What came before it is found meanwhile; the next page begins with the entry in the way.
    if (to === from) throw cause;
  }
  return to === from ? undefined : { room, from, to, documents };
};

const termsOf = async (
  document: SearchDocument,
  { analyser, capped, broke }: ReadPageOptions,
): Promise<readonly string[] | undefined> => {
  try {
    const { terms, capped: caps } = await analyser.analyse(document);
    caps.forEach(capped);
    return terms;
  } catch (fault) {
    broke(fault);
    return undefined;
  }
};
