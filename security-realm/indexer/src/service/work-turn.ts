import type { Database } from '@cloister/database';
import type { IndexerClient } from '@cloister/sdk';
import { CloisterError, type RoomId } from '@cloister/wire';
import { makeBatch } from '../batches/make-batch.ts';
import { Counters } from '../counters/counters.ts';
import type { extractText } from '../extract/extract-text.ts';
import { figuresOf } from '../figures/figures-of.ts';
import { OwnFigures } from '../figures/own-figures.ts';
import { sampleRooms } from '../figures/sample-rooms.ts';
import { schemeOf } from '../figures/scheme-of.ts';
import { SearchedTerms } from '../figures/searched-terms.ts';
import { answerQuery } from '../queries/answer-query.ts';
import type { AskedBefore } from '../queries/asked-before.ts';
import { Analyser } from '../rooms/analyser.ts';
import { FileTexts } from '../rooms/file-texts.ts';
import { FollowRooms } from '../rooms/follow-rooms.ts';
import { Generations } from '../rooms/generations.ts';
import { readPage } from '../rooms/read-page.ts';
import { RoomBook } from '../rooms/room-book.ts';
import { SearchKeyRing } from '../rooms/search-key-ring.ts';
import { SendPostings } from '../rooms/send-postings.ts';
import type { RandomSource } from '../tokens/random-source.ts';
import type { Reporter } from './reporter.ts';
import { takeQueries } from './take-queries.ts';
import { together } from './together.ts';
import { watchMainKey } from './watch-main-key.ts';

/** What the work of a turn is done with; times and chances come from outside. */
export interface WorkParts {
  readonly client: IndexerClient;
  readonly database: Database;
  readonly extract: typeof extractText;
  readonly reporter: Reporter;
  readonly tokens: RandomSource;
  readonly settings: WorkSettings;
  /** By which rules tokens are made: an index of others is built anew. */
  readonly rules: string;
  /** Whether documents can be read here: what could not be before is read now. */
  readonly reads: boolean;
  /** Questions that were asked of this process. */
  readonly asked: AskedBefore;
  /** When it began to remember them, milliseconds since 1970. */
  readonly startedAt: number;
  readonly now: () => number;
  readonly monotonicNow: () => number;
  readonly after: (ms: number, run: () => void) => { cancel(): void };
  readonly pause: (ms: number, stop: AbortSignal) => Promise<void>;
  readonly random: () => number;
}

/** How an indexer works, by its configuration. */
export interface WorkSettings {
  readonly bucket: number;
  readonly noise: number;
  readonly flushMs: number;
  readonly dummies: number;
}

/** What a turn holds in memory, and leaves to nobody when it ends. */
export interface Held {
  readonly book: RoomBook;
  readonly generations: Generations;
  readonly keys: SearchKeyRing;
  readonly counters: Counters;
  /** What it has to do keeps no query waiting. */
  readonly analyser: Analyser;
}

/**
 * Follows the rooms and answers queries until it is told to stop. Whatever it held of keys and counters is gone when it ends.
 * @param begun told what it holds, once that begins
 * @throws CloisterError why it cannot go on: the function or the main key is off, a server is away
 */
export const workTurn = async (parts: WorkParts, stop: AbortSignal, begun: (held: Held) => void): Promise<void> => {
  const { client, database, monotonicNow, reporter, rules, reads } = parts;
  if (await client.keysRevoked({ signal: stop })) throw new CloisterError('kms/revoked');
  const generations = new Generations(database, rules, reads);
  await generations.load();
  const held = {
    generations,
    book: new RoomBook(generations),
    keys: new SearchKeyRing({ client, monotonicNow }),
    counters: new Counters({ database, organisationId: client.organisationId }),
    analyser: new Analyser(),
  };
  held.keys.confirm();
  begun(held);
  const known = Promise.withResolvers<void>();
  try {
    await together(stop, [
      (signal) => watchMainKey({ ...parts, keys: held.keys, signal }),
      (signal) => followRooms(parts, held, known.resolve).run(signal),
      async (signal) => {
        signal.addEventListener('abort', () => known.resolve());
        // Before that, a query would find nothing in rooms that are not heard of yet.
        await known.promise;
        await answerQueries(parts, held, signal);
      },
    ]);
  } catch (fault) {
    // With the main key off, or nobody to say that it is on, nothing more is sealed.
    if (!held.keys.isConfirmed || (fault instanceof CloisterError && fault.code === 'kms/revoked'))
      held.counters.wipe();
    throw fault;
  } finally {
    held.keys.wipe();
    await held.counters.finish().catch((fault) => reporter.broke(fault));
    await held.analyser.close();
    reporter.summary();
  }
};

const followRooms = (parts: WorkParts, { book, generations, keys, counters, analyser }: Held, known: () => void) => {
  const { client, extract, reporter, tokens: random, settings, monotonicNow } = parts;
  const broke = (fault: unknown) => reporter.broke(fault);
  const lacks = (roomId: RoomId) => generations.lacks(roomId);
  const files = new FileTexts({ client, extract, told: (outcome) => reporter.file(outcome), lacks, broke });
  const send = new SendPostings({
    client,
    keys,
    makeBatch: (documents) => makeBatch({ counters, random }, settings, documents),
    counters,
    generations,
    monotonicNow,
    report: reporter,
  });
  return new FollowRooms({
    ...parts,
    flushMs: settings.flushMs,
    book,
    send,
    report: reporter,
    readPage: async (room, signal) => {
      // Of a room without a search key nothing is opened.
      await keys.fresh(room.resourceUri);
      const passedOver = (code: string) => reporter.passedOver(code);
      return readPage(room, {
        client,
        files,
        analyser,
        signal,
        monotonicNow,
        passedOver,
        capped: (cap) => reporter.capped(cap),
        broke,
      });
    },
    compared: () => {
      known();
      reporter.turn(null);
      reporter.summary();
    },
  });
};

const answerQueries = (parts: WorkParts, { book, keys, counters }: Held, signal: AbortSignal): Promise<void> => {
  const { client, database, now, reporter, settings, tokens: random } = parts;
  const keysOf = async (roomId: RoomId) => {
    const room = book.get(roomId);
    return room === undefined ? null : keys.known(room.resourceUri).catch(whyNone);
  };
  const terms = new SearchedTerms(database);
  const own = new OwnFigures(
    async () => {
      const sample = await sampleRooms({ client, random, signal }, book.all());
      return figuresOf(sample, schemeOf(settings), random, { at: now(), searched: await terms.count(now()) });
    },
    now,
    (fault) => {
      if (!signal.aborted) reporter.broke(fault);
    },
  );
  const planning = {
    ...parts,
    counters,
    random,
    keysOf,
    dummies: settings.dummies,
    figures: () => own.get(),
    searched: (count: number) => terms.add(count, now()),
  };
  return takeQueries({
    ...parts,
    signal,
    answer: (query, ended) => answerQuery(planning, query, ended),
    told: (outcome, tookMs) => reporter.query(outcome, tookMs),
    broke: (fault) => reporter.broke(fault),
  });
};

/**
 * Nobody of the organisation is in the room any more: it is left out, as the core will leave it out. Or its home, another
 * organisation's key server, decides and cannot be asked: the asker is told of it, and finds what is in the other rooms.
 */
const whyNone = (fault: unknown): 'out-of-reach' | null => {
  const code = fault instanceof CloisterError ? fault.code : undefined;
  if (code === 'kms/not-authorized') return null;
  if (code !== undefined && (code.startsWith('kms/peer-') || elsewhere.has(code))) return 'out-of-reach';
  throw fault;
};

const elsewhere = new Set(['kms/no-federation', 'kms/outside-not-allowed']);
