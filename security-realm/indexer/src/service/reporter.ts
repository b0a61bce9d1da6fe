import type { Metrics } from '@cloister/health';
import type { Log } from '@cloister/logging';
import { isOff } from '@cloister/machine';
import { CloisterError } from '@cloister/wire';
import type { FollowReport } from '../rooms/follow-report.ts';
import type { FollowedRoom } from '../rooms/followed-room.ts';

export interface ReporterOptions {
  readonly metrics: Metrics;
  readonly log: Log;
  readonly rooms: () => Iterable<FollowedRoom>;
  /** Milliseconds of a clock that only moves forward. */
  readonly monotonicNow: () => number;
}

/** Tells the operator how it goes, in the log and in figures: codes, counts and durations, no room (R353). */
export class Reporter implements FollowReport {
  readonly #options: ReporterOptions;
  readonly #documents;
  readonly #postings;
  readonly #passedOver;
  readonly #capped;
  readonly #files;
  readonly #queries;
  readonly #querySeconds;
  readonly #waits;
  readonly #able;
  #fault: string | null = null;
  /** What happened since the log was told, by what and why. */
  #tallies = new Map<string, number>();

  constructor(options: ReporterOptions) {
    this.#options = options;
    const { metrics, rooms, monotonicNow } = options;
    const counter = (name: string, help: string) => metrics.counter(`cloister_indexer_${name}_total`, help);
    this.#documents = counter('documents', 'Messages whose postings the core has.');
    this.#postings = counter('postings', 'Postings handed over, those that fill up included.');
    this.#passedOver = counter('passed_over', 'Texts and files that nobody can open, by why.');
    this.#capped = counter('capped', 'Messages of which not everything is found (docs/search.md), by the cap.');
    this.#files = counter('files', 'Files by how they were read.');
    this.#queries = counter('queries', 'Queries by outcome.');
    this.#querySeconds = metrics.histogram('cloister_indexer_query_seconds', 'How long a query took to plan.');
    this.#waits = counter('waits', 'How often a room had to wait, by why.');
    this.#able = metrics.gauge('cloister_indexer_able', '1 while rooms are followed, 0 while that cannot be.');
    const behind = () => [...rooms()].filter(({ position, head }) => position < head);
    metrics.gauge('cloister_indexer_rooms', 'Rooms that are followed.', () => [...rooms()].length);
    metrics.gauge('cloister_indexer_rooms_behind', 'Rooms with entries that are not indexed.', () => behind().length);
    metrics.gauge('cloister_indexer_entries_behind', 'Entries that are not indexed.', () =>
      behind().reduce((sum, { position, head }) => sum + head - position, 0),
    );
    metrics.gauge(
      'cloister_indexer_behind_seconds',
      'How long the room that lags longest has lagged.',
      () =>
        behind().reduce((most, { behindSince = monotonicNow() }) => Math.max(most, monotonicNow() - behindSince), 0) /
        1000,
    );
    metrics.gauge(
      'cloister_indexer_rooms_rebuilding',
      'Rooms of which a newer index is built beside the old one.',
      () => [...rooms()].reduce((sum, { others }) => sum + (others.length > 0 ? 1 : 0), 0),
    );
  }

  appended({ rooms, documents, postings, capped }: Parameters<FollowReport['appended']>[0]): void {
    this.#documents.add(documents);
    this.#postings.add(postings);
    if (capped > 0) this.#capped.add(capped, { cap: 'many-terms' });
    this.#options.log.event(
      'indexer.appended',
      { roomCount: rooms, documentCount: documents, postingCount: postings },
      'debug',
    );
  }

  waits(fault: unknown): void {
    this.#waits.add(1, { code: codeOf(fault) });
    this.#tally('waits', codeOf(fault));
  }

  moved(rooms: number): void {
    this.#options.log.event('indexer.positions-moved', { roomCount: rooms }, 'warn');
  }

  renewed(rooms: number): void {
    this.#options.log.event('indexer.counters-lost', { roomCount: rooms }, 'warn');
  }

  dropped(): void {
    this.#options.log.event('indexer.generation-dropped');
  }

  passedOver(code: string): void {
    this.#passedOver.add(1, { code });
    this.#tally('passed-over', code);
  }

  capped(cap: string): void {
    this.#capped.add(1, { cap });
  }

  file(outcome: string): void {
    this.#files.add(1, { outcome });
  }

  query(outcome: string, tookMs: number): void {
    this.#queries.add(1, { outcome });
    this.#querySeconds.observe(tookMs / 1000);
  }

  /** A fault of this program's, told with its place. */
  broke(fault: unknown): void {
    this.#options.log.failure('indexer.broke', fault);
  }

  standsBy(): void {
    this.#options.log.event('indexer.stands-by');
  }

  /** Writes down how often what was in the way since the last time: one line for each reason, however many messages. */
  summary(): void {
    for (const [name, count] of this.#tallies) {
      const [what = '', code] = name.split(' ');
      this.#options.log.event('indexer.in-the-way', { kind: what, code, count }, 'warn');
    }
    this.#tallies.clear();
  }

  #tally(what: 'waits' | 'passed-over', code: string): void {
    const name = `${what} ${code}`;
    this.#tallies.set(name, (this.#tallies.get(name) ?? 0) + 1);
  }

  /** Rooms are followed, or why not; the log hears of changes only. */
  turn(fault: unknown): void {
    const { log } = this.#options;
    const code = fault === null ? null : codeOf(fault);
    this.#able.set(fault === null ? 1 : 0);
    if (code === this.#fault) return;
    this.#fault = code;
    if (fault === null) log.event('indexer.able');
    else if (isOff(fault)) log.event('indexer.function-off');
    else if (fault instanceof CloisterError) log.event('indexer.unable', { code: fault.code }, 'warn');
    else log.failure('indexer.broke', fault);
  }
}

const codeOf = (fault: unknown): string => (fault instanceof CloisterError ? fault.code : 'unknown');
