import { setImmediate as breathe } from 'node:timers/promises';
import { type PostingDocument, tokenCount } from '@cloister/wire';
import type { CounterRow, IndexName } from '../counters/counter-row.ts';
import type { Counters } from '../counters/counters.ts';
import type { OpenedIndex } from '../counters/opened-index.ts';
import { changesOf, snapshotIfDue } from '../counters/rows-to-store.ts';
import type { RandomSource } from '../tokens/random-source.ts';
import type { SearchKey } from '../tokens/search-key.ts';
import { TokenWriter } from '../tokens/token-writer.ts';
import { paddedCount } from './padded-count.ts';
import { PostingsBodies } from './postings-bodies.ts';

/** What a room says after `from`, where the core's index stands, up to and with `to`: its entries by position, with their terms. */
export type RoomDocuments = IndexName & {
  /** The organisation's search keys of the room, oldest first. */
  readonly keys: readonly SearchKey[];
  readonly from: number;
  readonly to: number;
  readonly documents: readonly { readonly position: number; readonly terms: readonly string[] }[];
};

export type BatchSettings = {
  /** How many of a term's postings share a token; 1 to 254. */
  readonly bucket: number;
  /** Random tokens more for each document (R393). */
  readonly noise: number;
};

export type Batch = {
  /** Bodies of postings, to be sent one after the other; sent again as they are, as long as nobody knows whether they arrived. */
  readonly bodies: readonly Uint8Array<ArrayBuffer>[];
  /** Not in them: counters and core do not go together any more, so that the room needs another generation. */
  readonly renew: readonly IndexName[];
  /** Of how many of these the core has less than it said before. */
  readonly regressed: number;
  readonly postings: number;
  /** Documents of more terms than count (`many-terms` of docs/search.md). */
  readonly capped: number;
};

type Parts = { readonly counters: Counters; readonly random: RandomSource };

/** Terms of a message with everything in its files: what is far from filling a body by itself. */
const MOST_TERMS = 65_536;

/** Documents whose tokens are made before others have their turn. */
const STEP = 64;

/**
 * Makes the tokens of what rooms say: for each term that of its bucket, shuffled and filled up with random ones (wires.md §14). When it
 * returns, the counters are stored: a token that the core may hold is never forgotten. What does not arrive costs buckets, not postings:
 * tokens of documents that are sent a second time are all others, so that comparing tells nobody which of them mean something.
 * @throws CloisterError as the database does; then nothing was counted
 */
export async function makeBatch(
  parts: Parts,
  settings: BatchSettings,
  rooms: readonly RoomDocuments[],
): Promise<Batch> {
  const wanted = rooms.filter(({ from, to }) => from < to);
  parts.random.mix(wanted);
  return parts.counters.use(
    wanted.map(({ from, ...index }) => ({ ...index, position: from })),
    (opened) => fill(parts, settings, wanted, opened),
  );
}

async function fill(
  { counters, random }: Parts,
  settings: BatchSettings,
  wanted: readonly RoomDocuments[],
  opened: readonly (OpenedIndex | null)[],
): Promise<Batch> {
  const bodies = new PostingsBodies();
  const rows: CounterRow[] = [];
  const renew: IndexName[] = [];
  const writer = new TokenWriter(random);
  const used = opened.filter((index) => index !== null);
  let regressed = 0;
  let postings = 0;
  let capped = 0;
  try {
    for (const [at, part] of wanted.entries()) {
      const index = opened[at] ?? null;
      // An index of which the core lost a part, or was told to, would ask for buckets that nothing is in any more.
      const isLess = index !== null && part.from < index.confirmed;
      if (isLess) regressed += 1;
      if (index === null || isLess) {
        renew.push({ roomId: part.roomId, generation: part.generation });
        continue;
      }
      if (part.from < index.position) await counters.rewind(index, part.from);
      else index.confirmed = part.from;
      rows.push(...[snapshotIfDue(counters.organisationId, index) ?? []].flat());
      const documents = await tokensOf(index, part, settings, writer);
      capped += part.documents.filter(({ terms }) => terms.length > MOST_TERMS).length;
      postings += documents.reduce((sum, { tokens }) => sum + tokenCount(tokens), 0);
      rows.push(...[changesOf(counters.organisationId, index, part.from, part.to) ?? []].flat());
      bodies.add(index.name, part.from, part.to, documents);
    }
    await counters.store(used, rows);
  } catch (error) {
    counters.discard(used);
    throw error;
  }
  return { bodies: bodies.done(), renew, regressed, postings, capped };
}

async function tokensOf(
  index: OpenedIndex,
  { keys, documents }: RoomDocuments,
  { bucket, noise }: BatchSettings,
  writer: TokenWriter,
): Promise<PostingDocument[]> {
  const epoch = index.newest(keys);
  const made: PostingDocument[] = [];
  for (const { position, terms } of documents) {
    for (const term of new Set(terms.slice(0, MOST_TERMS))) {
      writer.add(epoch.key, index.name.generation, index.take(epoch, term, bucket), term);
    }
    made.push({ position, tokens: writer.take(paddedCount(writer.count) + noise) });
    if (made.length % STEP === 0) await breathe();
  }
  return made;
}
