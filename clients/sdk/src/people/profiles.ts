import { isProfileName, parseProfiles, type UserId } from '@cloister/wire';
import { isRecord, textOf } from '../json.ts';
import type { LogEntry } from '../rooms/log-entry.ts';
import type { Store } from '../store/store.ts';
import type { Affiliations } from './affiliations.ts';

export interface ProfilesOptions {
  readonly store: Store;
  readonly affiliations: Affiliations;
  readonly changed: () => void;
}

/** What somebody was called, by themselves or by another, and when. */
interface Said {
  readonly name: string;
  readonly byThemselves: boolean;
  /** RFC 3339 */
  readonly at: string;
}

const prefix = 'profile/';

/**
 * Names of people of other organisations, as members of shared rooms tell them in what they seal there (wires §13).
 * Colleagues' names come from identity alone, so nobody of another organisation can give one of them another name.
 */
export class Profiles {
  readonly #options: ProfilesOptions;
  readonly #said = new Map<UserId, Said>();

  constructor(options: ProfilesOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    for (const [key, value] of await this.#options.store.readAll('people')) {
      const said = key.startsWith(prefix) ? readSaid(value) : undefined;
      if (said !== undefined) this.#said.set(key.slice(prefix.length) as UserId, said);
    }
  }

  nameOf(id: UserId): string | undefined {
    return this.#options.affiliations.isOutside(id) ? this.#said.get(id)?.name : undefined;
  }

  /** Everybody who was ever described. */
  described(): Iterable<UserId> {
    return this.#said.keys();
  }

  /**
   * What an entry's author says of people, opened.
   * @throws CloisterError `wire/…` when it is not as described: nothing of it is believed
   */
  hear({ actor, published: at }: Pick<LogEntry, 'actor' | 'published'>, opened: string): void {
    const heard = parseProfiles(opened).filter(({ id, name }) =>
      this.#hearOne(id, { name, byThemselves: id === actor, at }),
    );
    if (heard.length > 0) this.#options.changed();
  }

  #hearOne(id: UserId, said: Said): boolean {
    const before = this.#said.get(id);
    if (!this.#options.affiliations.isOutside(id) || !outweighs(said, before)) return false;
    this.#said.set(id, said);
    // Should the write fail, the next run reads it in the room again.
    this.#options.store.write('people', `${prefix}${id}`, { ...said }).catch(() => {});
    return before?.name !== said.name;
  }
}

/** Who is described by several is called as they call themselves; else the newest counts. */
const outweighs = (said: Said, before: Said | undefined): boolean =>
  before === undefined || (said.byThemselves === before.byThemselves ? said.at > before.at : said.byThemselves);

const readSaid = (value: unknown): Said | undefined => {
  const [name, at] = [textOf(value, 'name'), textOf(value, 'at')];
  if (!isRecord(value) || name === undefined || at === undefined || !isProfileName(name)) return undefined;
  return { name, byThemselves: value.byThemselves === true, at };
};
