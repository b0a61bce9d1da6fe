import type { Query, QueryNode } from '@cloister/search-terms';
import { CloisterError, type ErrorCode, type FoundEntry, type QueryId, type ResultLine } from '@cloister/wire';
import type { Unsubscribe } from '../api/client.ts';
import type { SearchHit, SearchSnapshot, SearchView } from '../api/search.ts';
import { Listeners } from '../async/listeners.ts';
import type { Prepared } from './prepare-query.ts';
import type { Looked } from './read-hit.ts';
import type { OnLine, Question, SearchLine } from './search-line.ts';

export interface RunningSearchOptions {
  readonly line: Pick<SearchLine, 'ask' | 'more'>;
  readonly prepare: () => Promise<Prepared>;
  /** Seals the query for the indexer; `isRefused`: it could not open the one before. */
  readonly seal: (query: Query, isRefused: boolean) => Promise<Question>;
  readonly look: (query: Query, found: FoundEntry) => Promise<Looked>;
}

/** A page of what the core found may hold little that matches: so many pages are fetched without being asked for. */
const mostPagesAtOnce = 5;
const enoughHits = 20;

const begun: SearchSnapshot = { state: 'asking', hits: [], canMore: false, unopened: 0 };

/** One search: asks, opens what is found as it comes, and goes on where it stood. */
export class RunningSearch implements SearchView {
  readonly #options: RunningSearchOptions;
  readonly #listeners = new Listeners();
  readonly #ended = new AbortController();
  readonly #found = new Set<string>();
  #snapshot = begun;
  #query: QueryNode | undefined;
  #asked: { readonly id: QueryId; next: string | undefined } | undefined;
  #working: Promise<void> | undefined;

  constructor(options: RunningSearchOptions) {
    this.#options = options;
    void this.more();
  }

  snapshot(): SearchSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.subscribe(listener);
  }

  more(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  close(): void {
    this.#ended.abort();
  }

  async #work(): Promise<void> {
    try {
      const query = this.#query ?? (await this.#begin());
      if (query === undefined) return;
      const before = this.#snapshot.hits.length;
      this.#show({ state: before === 0 ? 'asking' : 'partial' });
      for (let page = 0; page < mostPagesAtOnce; page += 1) {
        await this.#page(query);
        if (!this.#snapshot.canMore || this.#snapshot.hits.length >= before + enoughHits) break;
      }
      this.#show({ state: 'done' });
    } catch (cause) {
      this.#show({ state: 'failed', code: codeOf(cause) });
    }
  }

  async #begin(): Promise<QueryNode | undefined> {
    const prepared = await this.#options.prepare();
    if ('unknown' in prepared) {
      this.#show({ state: 'unknown', unknown: prepared.unknown });
      return undefined;
    }
    if (prepared.query === null) {
      this.#show({ state: 'empty' });
      return undefined;
    }
    this.#query = prepared.query;
    return prepared.query;
  }

  /** The next page of what was asked; asked anew, for what is older, when the core has forgotten it. */
  async #page(query: QueryNode): Promise<void> {
    const asked = this.#asked;
    if (asked?.next !== undefined) {
      const { next } = asked;
      const isGone = await this.#hear((onLine) =>
        this.#options.line.more(asked.id, next, onLine, this.#ended.signal),
      ).catch(isCode('core/query-gone'));
      if (!isGone) return;
    }
    const isRefused = await this.#ask(query, false).catch(isCode('core/query-refused'));
    // The indexer may have lost what the key is bound to: once more with another one.
    if (isRefused) await this.#ask(query, true);
  }

  async #ask(query: QueryNode, isRefused: boolean): Promise<void> {
    const oldest = this.#snapshot.hits.at(-1);
    // What was sent in the same moment comes again, and is known then.
    const wanted: QueryNode =
      oldest === undefined ? query : ['and', query, { sent: { until: Date.parse(oldest.published) + 1 } }];
    const question = await this.#options.seal(wanted, isRefused);
    this.#asked = { id: question.id, next: undefined };
    await this.#hear((onLine) => this.#options.line.ask(question, onLine, this.#ended.signal));
  }

  async #hear(answer: (onLine: OnLine) => Promise<void>): Promise<void> {
    let isEnded = false;
    await answer(async (line) => {
      isEnded ||= line.type === 'end';
      await this.#heard(line);
    });
    if (!isEnded) throw new CloisterError('client/offline', { detail: 'the answer broke off' });
  }

  async #heard(line: ResultLine): Promise<void> {
    switch (line.type) {
      case 'items':
        return this.#take(line.items);
      case 'reach': {
        const { type: _, since, unsearched = 0, ...reach } = line;
        return this.#show({ reach: { ...reach, unsearched, ...(since === undefined ? {} : { since }) } });
      }
      case 'end':
        if (this.#asked !== undefined) this.#asked.next = line.next;
        return this.#show({ canMore: line.next !== undefined });
      case 'failed':
        throw new CloisterError(line.code as ErrorCode);
    }
  }

  async #take(items: readonly FoundEntry[]): Promise<void> {
    const query = this.#query as Query;
    const fresh = items.filter(({ activity }) => !this.#found.has(activity.id));
    const looked = await Promise.all(
      fresh.map((item) => this.#options.look(query, item).catch(() => 'unopened' as const)),
    );
    for (const { activity } of fresh) this.#found.add(activity.id);
    const hits = looked.filter((each): each is SearchHit => typeof each === 'object');
    const unopened = looked.filter((each) => each === 'unopened').length;
    this.#show({
      state: 'partial',
      hits: [...this.#snapshot.hits, ...hits],
      unopened: this.#snapshot.unopened + unopened,
    });
  }

  #show(change: Partial<SearchSnapshot>): void {
    if (this.#ended.signal.aborted) return;
    const { code: _, ...known } = this.#snapshot;
    this.#snapshot = { ...known, ...change };
    this.#listeners.announce();
  }
}

const codeOf = (cause: unknown): ErrorCode => (cause instanceof CloisterError ? cause.code : 'client/unreadable');

/** True for that error; any other goes on. */
const isCode =
  (code: ErrorCode) =>
  (cause: unknown): true => {
    if (cause instanceof CloisterError && cause.code === code) return true;
    throw cause;
  };
