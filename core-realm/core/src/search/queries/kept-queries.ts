import { CloisterError, type QueryId, type UserId } from '@cloister/wire';
import type { AskedQuery } from './asked-query.ts';

/** docs/wires.md §14: plans are kept 10 minutes, so that one can page on. */
const keptFor = 10 * 60_000;
/** Of one person, and bytes of plans in all. */
const mostOfOne = 8;
const mostBytes = 256 * 1024 * 1024;
/** Ids that were used and are remembered. */
const mostIds = 200_000;

/** Queries that are being answered, and those that can be paged on: bounded, the ones asked longest ago go first. */
export class KeptQueries {
  readonly #queries = new Map<QueryId, AskedQuery>();
  readonly #used = new Map<QueryId, number>();

  all(): Iterable<AskedQuery> {
    return this.#queries.values();
  }

  /** A query that is not past. */
  get(id: QueryId, at: number): AskedQuery | undefined {
    const query = this.#queries.get(id);
    return query === undefined || isPast(query, at) ? undefined : query;
  }

  /** How many pages are being written for a person. */
  runningOf(userId: UserId): number {
    return this.#of(userId).reduce((sum, { running }) => sum + running, 0);
  }

  /** @throws CloisterError `core/conflict` for an id that was used */
  add(query: AskedQuery): void {
    if (this.#used.has(query.id)) throw new CloisterError('core/conflict', { detail: 'The query was asked before.' });
    this.#used.set(query.id, query.askedAt);
    this.#queries.set(query.id, query);
    const own = this.#of(query.asker.userId);
    if (own.length > mostOfOne) this.#dropIdle(own, own.length - mostOfOne);
  }

  drop({ id }: AskedQuery): void {
    this.#queries.delete(id);
  }

  /** Makes room for more bytes of plans. @throws CloisterError `core/unavailable` when everything kept is in use */
  makeRoom(bytes: number): void {
    let held = [...this.#queries.values()].reduce((sum, { plans }) => sum + plans.bytes, bytes);
    for (const query of this.#queries.values()) {
      if (held <= mostBytes) return;
      if (query.running > 0 || !query.plans.ended) continue;
      this.drop(query);
      held -= query.plans.bytes;
    }
    if (held > mostBytes) throw new CloisterError('core/unavailable');
  }

  sweep(at: number): void {
    for (const query of this.#queries.values()) {
      if (isPast(query, at)) this.drop(query);
    }
    for (const [id, askedAt] of this.#used) {
      if (askedAt > at - keptFor && this.#used.size <= mostIds) return;
      if (!this.#queries.has(id)) this.#used.delete(id);
    }
  }

  #of(userId: UserId): readonly AskedQuery[] {
    return [...this.#queries.values()].filter(({ asker }) => asker.userId === userId);
  }

  #dropIdle(queries: readonly AskedQuery[], count: number): void {
    const idle = queries.filter(({ running, plans }) => running === 0 && plans.ended);
    for (const query of idle.slice(0, count)) this.drop(query);
  }
}

const isPast = ({ askedAt, running }: AskedQuery, at: number): boolean => running === 0 && askedAt <= at - keptFor;
