import type {
  Destination,
  Highlight,
  Search,
  SearchHit,
  SearchReach,
  SearchSnapshot,
  SearchView,
  Suggestion,
  TimelineEntry,
  UnknownName,
} from '@cloister/sdk';
import { CloisterError } from '@cloister/wire';
import { activityId } from './entries.ts';
import type { ScriptedClient } from './scripted-client.ts';

/** A search whose end tests write. */
export class ScriptedView implements SearchView {
  readonly #listeners = new Set<() => void>();
  #snapshot: SearchSnapshot = { state: 'asking', hits: [], canMore: false, unopened: 0 };
  /** How often it was asked to go on. */
  asked = 0;

  snapshot = () => this.#snapshot;

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  more = async () => {
    this.asked += 1;
  };

  close = () => {};

  /** Scripts what the search has come to. */
  show(changes: Partial<SearchSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changes };
    for (const listener of this.#listeners) listener();
  }
}

/** A search by parts of words over what a scripted client has: for looking at pages. What a search finds is tested with the real one. */
export class ScriptedSearch implements Search {
  readonly #client: ScriptedClient;
  readonly reach: SearchReach = { rooms: 5, lagging: 0, missing: 0, unsearched: 0 };
  /** The search that was opened last. */
  view = new ScriptedView();
  /** Tests write the end of the next search themselves. */
  held = false;
  /** What was asked so far. */
  readonly texts: string[] = [];

  constructor(client: ScriptedClient) {
    this.#client = client;
  }

  open(text: string): SearchView {
    this.texts.push(text);
    this.view = new ScriptedView();
    if (!this.held) this.view.show({ state: 'done', hits: this.#hits(text), reach: this.reach });
    return this.view;
  }

  suggest(text: string, cursor: number): readonly Suggestion[] {
    const begun = /(?:^|\s)(\S*)$/u.exec(text.slice(0, cursor))?.[1] ?? '';
    const start = cursor - begun.length;
    const [filter, name] = begun.split(':');
    if (name !== undefined && filter === 'from') {
      const typed = name.replace('"', '').toLowerCase();
      return this.#people()
        .filter((person) => person.name.toLowerCase().startsWith(typed))
        .map((person) => ({ ...person, insert: `"${person.name}" `, span: [start + 5, cursor] }));
    }
    return ['from', 'in', 'has', 'before', 'after', 'on']
      .filter((each) => each.startsWith(begun))
      .map((each) => ({ kind: 'filter', filter: each, insert: `${each}:`, span: [start, cursor] }));
  }

  destinations(text: string): readonly Destination[] {
    const typed = text.trim().toLowerCase();
    if (typed === '') return [];
    const rooms = this.#client
      .snapshot()
      .rooms.flatMap(({ id, title }) =>
        title.state === 'open' ? { kind: 'room' as const, id, title: title.value } : [],
      )
      .filter(({ title }) => title.toLowerCase().includes(typed));
    return [...rooms, ...this.#people().filter(({ name }) => name.toLowerCase().includes(typed))];
  }

  /** What the indexer measured; without it there are none yet. */
  measured: unknown;

  figures = async (): Promise<unknown> => {
    if (this.measured === undefined) throw new CloisterError('core/search-unavailable');
    return this.measured;
  };

  /** Scripts names in filters that are nobody's. */
  unknown(names: readonly UnknownName[]): void {
    this.view.show({ state: 'unknown', unknown: names });
  }

  #people(): (Destination & { kind: 'person' })[] {
    const { people, me } = this.#client.snapshot();
    return [...people.values()].flatMap(({ id, name, known }) =>
      known && id !== me.id ? [{ kind: 'person', id, name }] : [],
    );
  }

  #hits(text: string): SearchHit[] {
    const { rooms } = this.#client.snapshot();
    const entries = rooms.flatMap(({ id }) => this.#client.log(id).map((entry) => ({ ...entry, roomId: id })));
    return entries.flatMap((entry) => hitOf(entry, text)).toSorted((a, b) => (a.published < b.published ? 1 : -1));
  }
}

function hitOf(entry: TimelineEntry, text: string): SearchHit[] {
  if (entry.kind !== 'message' && entry.kind !== 'files') return [];
  const { id, position, roomId, published, actor } = entry;
  if (id === undefined || position === undefined) return [];
  const said = entry.content?.state === 'open' ? entry.content.value.text : '';
  const names = entry.kind === 'files' ? entry.files : [];
  const files = names.map(({ name, mimeType }) => {
    const shown = name.state === 'open' ? name.value : '';
    return { name: shown, mimeType, highlights: places(shown, text) };
  });
  const highlights = places(said, text);
  if (highlights.length === 0 && files.every((file) => file.highlights.length === 0)) return [];
  const edited = entry.kind === 'message' && entry.edited !== undefined;
  const where = highlights.length > 0 ? 'message' : 'file-name';
  // Scenes number the entries of each room from one.
  const unique = activityId(Number(roomId.slice(-4)) * 1000 + position);
  return [{ roomId, activityId: unique, position, published, actor, edited, text: said, highlights, files, where }];
}

function places(text: string, part: string): Highlight[] {
  const found: Highlight[] = [];
  const [whole, wanted] = [text.toLowerCase(), part.toLowerCase()];
  for (let at = whole.indexOf(wanted); wanted !== '' && at !== -1; at = whole.indexOf(wanted, at + wanted.length)) {
    found.push([at, at + wanted.length]);
  }
  return found;
}
