import type { Search, SearchView } from '@cloister/sdk';
import { type Fault, faultOf } from '../app/fault.ts';

/** What is typed, what was asked, and how that goes on. Immutable: the same object until something in it changes. */
export interface DeskState {
  /** What stands in the search field. */
  readonly text: string;
  readonly asked?: {
    readonly text: string;
    /** Once search is loaded. */
    readonly view?: SearchView;
    /** Search could not be loaded. */
    readonly fault?: Fault;
    /** The address from which was searched. */
    readonly from: string;
  };
  /** What was asked before, newest first. */
  readonly recent: readonly string[];
}

/** Where somebody was in what was found. */
export interface ResultPlace {
  readonly scrollTop: number;
  readonly hit?: string;
}

const mostRecent = 5;

/**
 * The search of one visit: it outlives the pages, so that one comes back to what was found as it was. In memory alone,
 * for a search text is content.
 */
export class SearchDesk {
  readonly #load: () => Promise<Search>;
  readonly #listeners = new Set<() => void>();
  #search: Promise<Search> | undefined;
  #state: DeskState = { text: '', recent: [] };
  /** Forgotten with the next search. */
  place: ResultPlace = { scrollTop: 0 };

  constructor(load: () => Promise<Search>) {
    this.#load = load;
  }

  state = (): DeskState => this.#state;

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Loads search on first use; what could not be loaded is loaded when asked for again. */
  search(): Promise<Search> {
    this.#search ??= this.#load().catch((error: unknown) => {
      this.#search = undefined;
      throw error;
    });
    return this.#search;
  }

  type(text: string): void {
    this.#show({ ...this.#state, text });
  }

  /** Ends the search that was, and begins one; `from` is where to go back to. */
  async ask(text: string, from: string): Promise<void> {
    this.#state.asked?.view?.close();
    this.place = { scrollTop: 0 };
    const asked = { text, from };
    const recent = [text, ...this.#state.recent.filter((each) => each !== text)].slice(0, mostRecent);
    this.#show({ text, recent, asked });
    const then = await this.search().then(
      (search) => ({ view: search.open(text) }),
      (error: unknown) => ({ fault: faultOf(error) }),
    );
    if (this.#state.asked === asked) this.#show({ ...this.#state, asked: { ...asked, ...then } });
    else if ('view' in then) then.view.close();
  }

  /** Asks the same once more. */
  async again(): Promise<void> {
    const { asked } = this.#state;
    if (asked !== undefined) await this.ask(asked.text, asked.from);
  }

  #show(state: DeskState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
