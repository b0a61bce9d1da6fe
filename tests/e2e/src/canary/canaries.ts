import { formsOf } from './encodings.ts';
import { NeedleSet } from './needle-set.ts';

/**
 * What must not be where. `content` is what people wrote and shared, `person` a name or an e-mail address, `content-key`
 * what opens content, `wrapping-key` what opens keys at rest, `main-key` an organisation's own, which opens those. An `id` is
 * nobody's name, but whoever runs the core knows whose it is.
 */
export type Kind =
  | 'content'
  | 'person'
  | 'password'
  | 'content-key'
  | 'wrapping-key'
  | 'main-key'
  | 'core-token'
  | 'kms-token'
  | 'identity-token'
  | 'id'
  | 'marker';

interface Canary {
  readonly kind: Kind;
  /** Shown when it is found; never the thing itself. */
  readonly what: string;
  readonly forms: readonly Buffer[];
}

/** Something to search: a row, a file, a piece of traffic or memory. */
export interface Piece {
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** Everything that was typed, made or handed out in a run, and the search for it. */
export class Canaries {
  readonly #all = new Map<string, Canary>();
  readonly #sets = new Map<string, NeedleSet<string>>();

  add(kind: Kind, what: string, value: string | Buffer): void {
    this.#all.set(`${kind}: ${what}`, { kind, what, forms: formsOf(value) });
    this.#sets.clear();
  }

  /** A token is known by its signature; what it says, ids and times, is no secret. */
  addToken(kind: Kind, what: string, token: string): void {
    this.add(kind, what, token.slice(token.lastIndexOf('.') + 1));
  }

  count(kind: Kind): number {
    return [...this.#all.values()].filter((canary) => canary.kind === kind).length;
  }

  /** Pieces of one stream must overlap by this much. */
  get overlap(): number {
    return 2 * Math.max(...[...this.#all.values()].flatMap(({ forms }) => forms.map(({ length }) => length)));
  }

  /** What of these kinds is found: `kind: what, in where`, each once a place. */
  find(kinds: readonly Kind[], pieces: Iterable<Piece>): string[] {
    const set = this.#setOf(kinds);
    const found = new Set<string>();
    for (const { where, bytes } of pieces) for (const { label } of set.find(bytes)) found.add(`${label}, in ${where}`);
    return [...found].sort();
  }

  #setOf(kinds: readonly Kind[]): NeedleSet<string> {
    const name = kinds.join();
    const known = this.#sets.get(name);
    if (known !== undefined) return known;
    const wanted = [...this.#all].filter(([, { kind }]) => kinds.includes(kind));
    const set = new NeedleSet(wanted.flatMap(([label, { forms }]) => forms.map((bytes) => ({ bytes, label }))));
    this.#sets.set(name, set);
    return set;
  }
}
