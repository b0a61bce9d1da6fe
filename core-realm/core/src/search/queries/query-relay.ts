import type { StatusView } from '@cloister/verify';
import {
  CloisterError,
  type CompactJwe,
  type OrganisationId,
  type Plan,
  type QueryId,
  type QueryRequest,
  type StatusEntry,
} from '@cloister/wire';
import type { Machine } from '../../domain/asker.ts';
import type { Patience } from '../../domain/patience.ts';
import { Waiters } from '../../waiters.ts';
import { AskedQuery, type QueryAsker } from './asked-query.ts';
import { KeptQueries } from './kept-queries.ts';
import { QueryRates } from './query-rates.ts';

export interface QueryRelayOptions {
  readonly feed: StatusView;
  readonly now: () => number;
  /** Told of each query that ended without all of its plans, with the code. */
  readonly failed: (code: string) => void;
}

/** Pages that one person may have written at once (docs/wires.md §14). */
const mostAtOnce = 4;
/** An indexer that asked for queries this lately is there. */
const thereFor = 30_000;
/** A machine that has a query and is not heard of for so long may be dead: another that asks gets it. */
const givenAnewAfter = 3000;
/** A query whose indexer is not heard of for so long ends. */
const longestSilence = 20_000;

/**
 * Passes sealed queries to the indexer of their asker's organisation, each to one of its machines, and its plans back (R395). In memory alone:
 * a query is worth asking again.
 */
export class QueryRelay {
  readonly #options: QueryRelayOptions;
  readonly #kept = new KeptQueries();
  readonly #rates = new QueryRates();
  readonly #heard = new Map<OrganisationId, number>();
  readonly #waiting = new Waiters<OrganisationId>();
  readonly #stopped = new AbortController();

  constructor(options: QueryRelayOptions) {
    this.#options = options;
  }

  /** How many queries are being answered. */
  get running(): number {
    return [...this.#kept.all()].reduce((sum, { running }) => sum + running, 0);
  }

  /**
   * Takes a query on.
   * @throws CloisterError `core/search-off`, `core/search-unavailable`, `core/too-many`, `core/conflict`
   */
  ask(asker: QueryAsker, request: QueryRequest): AskedQuery {
    this.#decideOn(asker);
    const query = new AskedQuery(request, asker, this.#options.now());
    if (!this.#isThere(asker.organisationId)) throw new CloisterError('core/search-unavailable');
    this.#count(asker);
    this.#kept.add(query);
    this.#waiting.wake(asker.organisationId);
    return query;
  }

  /** A query whose asker pages on. @throws CloisterError `core/query-gone`, `core/search-off`, `core/too-many` */
  again(asker: QueryAsker, id: QueryId): AskedQuery {
    this.#decideOn(asker);
    const query = this.#kept.get(id, this.#options.now());
    const own = query?.asker.userId === asker.userId && query.asker.organisationId === asker.organisationId;
    if (query === undefined || !own) throw new CloisterError('core/query-gone');
    this.#count(asker);
    return query;
  }

  /** Somebody begins to read a page of it. */
  begin(query: AskedQuery): void {
    query.running += 1;
  }

  /** The page is read, or its reader is gone; what nobody reads on ends (`core/query-gone` for its machine). */
  left(query: AskedQuery, finished: boolean): void {
    query.running -= 1;
    if (query.running > 0) return;
    if (!finished) query.plans.end('core/query-gone');
    if (query.plans.failed) this.#kept.drop(query);
  }

  /** What there is for a machine, `limit` at most; waits for it. Each query is given to one machine. */
  async take(machine: Machine, limit: number, { enough, gone }: Patience): Promise<readonly AskedQuery[]> {
    const { organisationId } = machine;
    const ended = AbortSignal.any([enough, gone, this.#stopped.signal]);
    for (;;) {
      if (!this.#isOn(organisationId)) throw new CloisterError('core/function-off');
      if (gone.aborted || this.#stopped.signal.aborted) return [];
      this.#heard.set(organisationId, this.#options.now());
      const queries = this.#free(organisationId).slice(0, limit);
      if (queries.length > 0 || ended.aborted) {
        for (const query of queries) this.#give(query, machine);
        return queries;
      }
      await this.#waiting.change(organisationId, ended).happened;
    }
  }

  /** The machine was gone before it got them: others may have them at once. */
  giveBack(machine: Machine, queries: readonly AskedQuery[]): void {
    for (const query of queries) {
      if (query.holder?.machine === machine.userId && !query.holder.began) query.holder = undefined;
    }
    this.#waiting.wake(machine.organisationId);
  }

  /** @throws CloisterError `core/query-gone` when nobody waits, `wire/…` or `core/unavailable`, and then the query ends */
  plan(machine: Machine, id: QueryId, parse: () => Plan, bytes: number): void {
    const query = this.#held(machine, id);
    try {
      this.#kept.makeRoom(bytes);
      query.plans.add(parse(), bytes);
    } catch (error) {
      this.#end(query, error instanceof CloisterError ? error.code : 'core/internal');
      throw error;
    }
  }

  /** A plan came that could not be read: its query ends, whatever its machine does next. */
  unreadable(machine: Machine, id: QueryId, code: string): void {
    const query = this.#heldBy(machine, id);
    if (query !== undefined) this.#end(query, code);
  }

  answer(machine: Machine, id: QueryId, sealed: CompactJwe): void {
    const query = this.#held(machine, id);
    if (query.plans.first !== undefined) throw new CloisterError('core/query-gone');
    query.answer = sealed;
    query.plans.answer();
  }

  refuse(machine: Machine, id: QueryId, code: string): void {
    this.#end(this.#held(machine, id), code);
  }

  /** Switching the function off ends everything that was asked. */
  statusChanged(entries: readonly StatusEntry[]): void {
    for (const entry of entries) {
      if (entry.kind !== 'function' || entry.purpose !== 'indexing' || entry.enabled) continue;
      this.endAll(entry.organisationId, 'core/search-off');
      this.#heard.delete(entry.organisationId);
      this.#waiting.wake(entry.organisationId);
    }
  }

  endAll(organisationId: OrganisationId, code: string): void {
    for (const query of this.#kept.all()) {
      if (query.asker.organisationId === organisationId) this.#end(query, code);
    }
  }

  /** To be called every second: queries whose machine may be dead, and what is past. */
  sweep(): void {
    const at = this.#options.now();
    for (const query of this.#kept.all()) {
      if (query.plans.ended) continue;
      if ((query.holder?.heardAt ?? query.askedAt) <= at - longestSilence) this.#end(query, 'core/search-unavailable');
      else if (this.#isFree(query)) this.#waiting.wake(query.asker.organisationId);
    }
    this.#kept.sweep(at);
    this.#rates.sweep(at);
  }

  /** Ends everything, and lets everybody who waits go. */
  stop(): void {
    for (const query of this.#kept.all()) this.#end(query, 'core/unavailable');
    this.#stopped.abort();
  }

  /** The query, if this machine is the one that answers it. */
  #held(machine: Machine, id: QueryId): AskedQuery {
    const query = this.#heldBy(machine, id);
    if (query === undefined) throw new CloisterError('core/query-gone');
    query.holder = { machine: machine.userId, heardAt: this.#options.now(), began: true };
    return query;
  }

  #heldBy({ userId, organisationId }: Machine, id: QueryId): AskedQuery | undefined {
    const query = this.#kept.get(id, this.#options.now());
    const holds = query?.holder?.machine === userId && query.asker.organisationId === organisationId;
    return holds && !query.plans.ended ? query : undefined;
  }

  #give(query: AskedQuery, { userId: machine }: Machine): void {
    query.holder = { machine, heardAt: this.#options.now(), began: false };
  }

  #free(organisationId: OrganisationId): AskedQuery[] {
    return [...this.#kept.all()].filter(
      (query) => query.asker.organisationId === organisationId && this.#isFree(query),
    );
  }

  #isFree({ holder, plans }: AskedQuery): boolean {
    if (plans.ended || holder?.began === true) return false;
    return holder === undefined || holder.heardAt <= this.#options.now() - givenAnewAfter;
  }

  #end(query: AskedQuery, code: string): void {
    if (!query.plans.ended) this.#options.failed(code);
    query.plans.end(code);
    if (query.running === 0) this.#kept.drop(query);
  }

  #isThere(organisationId: OrganisationId): boolean {
    const heardAt = this.#heard.get(organisationId);
    return this.#waiting.has(organisationId) || (heardAt !== undefined && heardAt > this.#options.now() - thereFor);
  }

  #count({ userId }: QueryAsker): void {
    if (this.#kept.runningOf(userId) >= mostAtOnce) throw new CloisterError('core/too-many');
    this.#rates.count(userId, this.#options.now());
  }

  #isOn(organisationId: OrganisationId): boolean {
    return this.#options.feed.isEnabled(organisationId, 'indexing');
  }

  #decideOn({ organisationId }: QueryAsker): void {
    if (!this.#isOn(organisationId)) throw new CloisterError('core/search-off');
  }
}
