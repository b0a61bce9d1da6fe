import type { Database } from '@cloister/database';
import type { Metrics } from '@cloister/health';
import type { Log } from '@cloister/logging';
import type { StatusView } from '@cloister/verify';
import {
  CloisterError,
  type IndexNumbers,
  type OrganisationId,
  type PostingsAnswer,
  type QueryToPlan,
  type RoomId,
  type RoomPostings,
  type StatusEntry,
} from '@cloister/wire';
import type { Telling } from '../domain/activity-json.ts';
import type { Machine } from '../domain/asker.ts';
import type { Patience } from '../domain/patience.ts';
import type { SearchIndex } from './index/index.ts';
import type { AskedQuery } from './queries/asked-query.ts';
import { QueryRelay } from './queries/query-relay.ts';
import { resultLines } from './queries/result-lines.ts';
import { RoomsFeed } from './rooms/rooms-feed.ts';
import { desertedIndexes, roomsWithPeople } from './store/deserted-indexes.ts';
import { reachOfOrganisation } from './store/reach.ts';
import { roomsOfAsker } from './store/rooms-of-asker.ts';

export interface SearchOptions {
  readonly db: Database;
  readonly index: SearchIndex;
  readonly feed: StatusView;
  readonly log: Log;
  readonly now: () => number;
  readonly metrics: Metrics;
}

/** Rooms named in one answer to an indexer; queries beyond that are for the next. */
const mostRooms = 100_000;
/** How often indexes are looked for that nobody may use any more, and how many go at once. */
const desertedEvery = 60_000;
const desertedAtOnce = 1000;

/** Search over what the core cannot read: rooms to index, the index itself, and queries between people and their indexers (docs/wires.md §14). */
export class Search {
  readonly #options: SearchOptions;
  readonly rooms: RoomsFeed;
  readonly queries: QueryRelay;
  #lookedForDeserted = Number.NEGATIVE_INFINITY;

  constructor(options: SearchOptions) {
    const { metrics, feed, now, db } = options;
    this.#options = options;
    const failed = metrics.counter('search_failed', 'Searches that ended without an answer, by code.');
    const known = new Set([
      'core/search-off',
      'core/search-unavailable',
      'core/query-refused',
      'core/query-gone',
      'search/too-broad',
    ]);
    this.rooms = new RoomsFeed({ db, feed, now });
    this.queries = new QueryRelay({
      feed,
      now,
      failed: (code) => failed.add(1, { code: known.has(code) ? code : 'other' }),
    });
    metrics.gauge('search_running', 'Searches being answered.', () => this.queries.running);
  }

  /** What indexers have found in entries. Of rooms where their organisation has nobody, nothing is taken (`accepted` is false, at position 0). */
  async append(organisationId: OrganisationId, parts: readonly RoomPostings[]): Promise<PostingsAnswer['rooms']> {
    const { db, index } = this.#options;
    const own = await roomsWithPeople(db, organisationId, [...new Set(parts.map(({ roomId }) => roomId))]);
    const answers = await index.append(
      organisationId,
      parts.filter(({ roomId }) => own.has(roomId)),
    );
    const byName = new Map(answers.map((answer) => [`${answer.roomId} ${answer.generation}`, answer]));
    return parts.map(
      ({ roomId, generation }) =>
        byName.get(`${roomId} ${generation}`) ?? { roomId, generation, position: 0, accepted: false },
    );
  }

  /** @throws CloisterError `core/not-found` for a room without one of the organisation's people */
  async drop(organisationId: OrganisationId, roomId: RoomId, generation: number): Promise<void> {
    const { db, index } = this.#options;
    const own = await roomsWithPeople(db, organisationId, [roomId]);
    if (!own.has(roomId)) throw new CloisterError('core/not-found');
    await index.drop(organisationId, { roomId, generation });
  }

  /** Queries for a machine, each with the rooms that its asker may read at this moment. */
  async take(machine: Machine, limit: number, patience: Patience): Promise<readonly QueryToPlan[]> {
    const taken = await this.queries.take(machine, limit, patience);
    const items: QueryToPlan[] = [];
    let named = 0;
    try {
      for (const query of taken) {
        if (named > mostRooms || patience.gone.aborted) break;
        const rooms = await roomsOfAsker(this.#options.db, query.asker);
        query.rooms = rooms.map(({ roomId }) => roomId);
        named += rooms.length;
        const { id, encryptionKeyUrl, sealed } = query;
        items.push({ id, userId: query.asker.userId, encryptionKeyUrl, sealed, rooms });
      }
      return items;
    } finally {
      if (patience.gone.aborted) items.length = 0;
      this.queries.giveBack(machine, taken.slice(items.length));
    }
  }

  lines(query: AskedQuery, after: string | undefined, telling: Telling): AsyncGenerator<string> {
    return resultLines(query, after, telling, this.#options);
  }

  async numbers(organisationId: OrganisationId): Promise<IndexNumbers> {
    const { db, index } = this.#options;
    const { postings, bytes } = await index.size(organisationId);
    return { ...(await reachOfOrganisation(db, organisationId)), postings, bytes };
  }

  /** Drops an organisation's whole index; its indexer builds it anew. */
  async forget(organisationId: OrganisationId): Promise<void> {
    await this.#options.index.drop(organisationId);
    this.rooms.beginAnew(organisationId);
  }

  statusChanged(entries: readonly StatusEntry[]): void {
    this.rooms.statusChanged(entries);
    this.queries.statusChanged(entries);
  }

  /** To be called every second. */
  async sweep(): Promise<void> {
    const { db, index, now } = this.#options;
    this.queries.sweep();
    if (now() < this.#lookedForDeserted + desertedEvery) return;
    this.#lookedForDeserted = now();
    for (const { organisationId, roomId, generation } of await desertedIndexes(db, desertedAtOnce)) {
      await index.drop(organisationId, { roomId, generation });
    }
  }

  /** Ends what was asked, and lets everybody who waits go. */
  stop(): void {
    this.queries.stop();
    this.rooms.stop();
  }
}
