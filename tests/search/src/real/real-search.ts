import { migrations as coreMigrations, type SearchHit, SearchIndex } from '@cloister/core';
import { type Database, openDatabase } from '@cloister/database';
import { Metrics } from '@cloister/health';
import {
  Counters,
  chooseRooms,
  migrations as indexerMigrations,
  makeBatch,
  makePlans,
  RandomSource,
  type SearchKey,
  searchKey,
} from '@cloister/indexer';
import { openLog } from '@cloister/logging';
import { matches, type Query } from '@cloister/search-terms';
import { database } from '@cloister/testkit';
import { type OrganisationId, type Plan, parsePlan, parsePostings, type RoomId } from '@cloister/wire';
import type { Corpus, CorpusEntry } from '../corpus/corpus.ts';
import { seeded } from '../corpus/random.ts';
import type { Person, Room } from '../corpus/world.ts';
import type { Settled } from '../reference/settled.ts';
import { writeLog } from './core-log.ts';
import { seenBy } from './documents.ts';
import { type ChangeTerms, indexedTerms } from './indexed-terms.ts';

export interface RealSearch {
  /** What a client shows of a query, newest first. */
  find(query: Query, asker: Person): Promise<Settled[]>;
  close(): Promise<void>;
}

export interface RealSearchOptions {
  readonly seed: string;
  readonly corpus: Corpus;
  readonly entries: readonly CorpusEntry[];
  readonly messages: readonly Settled[];
  readonly now: number;
  /** A fault to be found, where one is planted. */
  readonly change?: ChangeTerms;
}

interface Indexer {
  readonly counters: Counters;
  readonly close: () => Promise<void>;
  readonly keys: ReadonlyMap<RoomId, readonly SearchKey[]>;
  readonly settings: { readonly bucket: number; readonly noise: number };
}

const generation = 1;
/** So many results are asked for at a time: the usual 50 would make many pages of those that find half of everything. */
const pageSize = 1000;
/** Which part of each room is indexed under the first search key and compacted before the rest comes. */
const before = 0.6;
const dummies = 1 / 8;

/** Everything of search but sockets and ciphertext: the indexers of all organisations, the core's index on PostgreSQL, the client's look. */
export async function openRealSearch(options: RealSearchOptions): Promise<RealSearch> {
  const { corpus, entries, messages, now } = options;
  const random = seeded(`${options.seed}/tokens`);
  const source = new RandomSource(random.bytes);
  const core = await migrated(coreMigrations);
  const log = openLog({ name: 'core', destination: { write: () => undefined } });
  const index = await SearchIndex.open({
    db: core.db,
    key: random.bytes(32),
    reset: false,
    now: () => now,
    log,
    metrics: new Metrics(),
  });
  await writeLog(core.db, corpus, entries);

  const ofRoom = Map.groupBy(entries, ({ room }) => room);
  const indexers = new Map<OrganisationId, Indexer>();
  for (const [at, organisationId] of corpus.organisations.entries()) {
    const own = await migrated(indexerMigrations);
    indexers.set(organisationId, {
      counters: new Counters({ database: own.db, organisationId }),
      close: own.close,
      keys: new Map(
        roomsOf(corpus, organisationId).map(({ roomId }) => [
          roomId,
          [1, 2].map((epoch) => searchKey(epoch, random.bytes(32))),
        ]),
      ),
      settings: [
        { bucket: 8, noise: 0 },
        { bucket: 1, noise: 0 },
        { bucket: 8, noise: 2 },
      ][at % 3] ?? { bucket: 8, noise: 0 },
    });
  }

  for (const half of ['first', 'rest'] as const) {
    for (const [organisationId, { counters, keys, settings }] of indexers) {
      const rooms = roomsOf(corpus, organisationId);
      for (let at = 0; at < rooms.length; at += 20) {
        const parts = rooms.slice(at, at + 20).map((room) => {
          const all = ofRoom.get(room) ?? [];
          const middle = Math.floor(all.length * before);
          const [from, to] = half === 'first' ? [0, middle] : [middle, all.length];
          return {
            roomId: room.roomId,
            generation,
            keys: (keys.get(room.roomId) ?? []).slice(0, half === 'first' ? 1 : 2),
            from,
            to,
            documents: all.slice(from, to).flatMap((entry) => indexedTerms(entry, options.change)),
          };
        });
        const batch = await makeBatch({ counters, random: source }, settings, parts);
        if (batch.renew.length > 0) throw new RangeError('an index lost its counters');
        for (const body of batch.bodies) {
          const answers = await index.append(organisationId, parsePostings(body));
          if (answers.some(({ accepted }) => !accepted)) throw new RangeError('the core refused postings');
        }
      }
    }
    if (half === 'first') await index.compact(true);
  }

  const byPlace = new Map(
    messages.map((settled) => [placeOf(settled.message.room.roomId, settled.message.position), settled]),
  );
  const settledOf = ({ roomId, position, edit = position }: SearchHit): Settled => {
    const settled = byPlace.get(placeOf(roomId, position));
    if (settled?.position !== edit) throw new RangeError('the core found what is deleted or edited since');
    return settled;
  };

  return {
    find: async (query, asker) => {
      const indexer = indexers.get(asker.organisationId);
      if (indexer === undefined) throw new RangeError('every organisation has an indexer');
      const { counters, keys } = indexer;
      const rooms = roomsOf(corpus, asker.organisationId)
        .filter((room) => room.members.includes(asker) && ofRoom.has(room))
        .sort((a, b) => newest(ofRoom.get(b)) - newest(ofRoom.get(a)));
      const given = rooms.map((room) => ({
        roomId: room.roomId,
        generations: [{ generation, position: ofRoom.get(room)?.length ?? 0 }],
      }));
      const named = new Set(rooms.map(({ roomId }) => roomId));
      const chosen = chooseRooms(given, named, query, dummies, source);
      const plans: Plan[] = [];
      const parts = { counters, random: source, keysOf: async (roomId: RoomId) => keys.get(roomId) ?? null };
      for await (const plan of makePlans(parts, query, chosen)) plans.push(parsePlan(plan));
      const request = {
        asker: asker.userId,
        organisationId: asker.organisationId,
        rooms: rooms.map(({ roomId }) => roomId),
        size: pageSize,
      };
      const hits = await everyHit(index, request, plans);
      return hits.flatMap((hit) => {
        const settled = settledOf(hit);
        const seen = seenBy(settled.message, settled.content);
        return matches(query, seen, hit.slots) === 'no' ? [] : [settled];
      });
    },
    close: async () => {
      await core.close();
      for (const indexer of indexers.values()) await indexer.close();
    },
  };
}

const placeOf = (roomId: RoomId, position: number): string => `${roomId} ${position}`;

const newest = (entries: readonly CorpusEntry[] | undefined): number => entries?.at(-1)?.published ?? 0;

/** Rooms in which the organisation has somebody, wherever they are at home. */
const roomsOf = ({ rooms }: Corpus, organisationId: OrganisationId): Room[] =>
  rooms.filter(({ members }) => members.some((member) => member.organisationId === organisationId));

async function everyHit(
  index: SearchIndex,
  request: Parameters<SearchIndex['search']>[0],
  plans: readonly Plan[],
): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  for (let after: string | undefined; ; ) {
    const page = index.search({ ...request, after }, given(plans));
    let step = await page.next();
    for (; step.done !== true; step = await page.next()) hits.push(...step.value);
    after = step.value.next;
    if (after === undefined) return hits;
  }
}

async function* given(plans: readonly Plan[]): AsyncGenerator<Plan> {
  yield* plans;
}

async function migrated(migrations: URL): Promise<{ db: Database; close: () => Promise<void> }> {
  const { host, database: name, user, credentialFile, drop } = await database();
  const db = openDatabase({ host, database: name, user, credentialFile });
  await db.migrate(migrations);
  return {
    db,
    close: async () => {
      await db.close();
      await drop();
    },
  };
}
