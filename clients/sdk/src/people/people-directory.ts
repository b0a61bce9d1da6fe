import type { OrganisationId, UserId } from '@cloister/wire';
import type { People } from '../api/client.ts';
import type { PersonView } from '../api/person-view.ts';
import type { HttpClient } from '../http/http-client.ts';
import { isRecord } from '../json.ts';
import type { Platform, Timer } from '../platform.ts';
import type { Store } from '../store/store.ts';
import type { Affiliations } from './affiliations.ts';
import type { Organisations } from './organisations.ts';
import type { Profiles } from './profiles.ts';
import { readPeople, readPerson, type ToldPerson } from './read-people.ts';

export interface PeopleOptions {
  readonly http: HttpClient;
  readonly platform: Platform;
  readonly store: Store;
  /** `…/identity` */
  readonly identity: string;
  readonly affiliations: Affiliations;
  readonly organisations: Organisations;
  readonly profiles: Profiles;
  /** Resolves when what entries on a screen say of people is read. */
  readonly heard: () => Promise<void>;
  readonly changed: () => void;
}

/** Names change seldom; after a day they are asked for again. */
const longest = 24 * 60 * 60 * 1000;
const mostInOne = 100;
const debounce = 20;

interface Known {
  readonly person: PersonView;
  readonly asked: number;
}

/**
 * Names of people by id, cached; the core never sees one (R420, R424). Those of colleagues and of people found by their
 * address come from identity; it is never asked about people of other organisations by their id (wires §13).
 */
export class PeopleDirectory implements People {
  readonly #options: PeopleOptions;
  readonly #known = new Map<UserId, Known>();
  readonly #wanted = new Set<UserId>();
  readonly #asking = new Set<UserId>();
  /** People of other organisations who are on a screen. */
  readonly #shown = new Set<UserId>();
  #timer: Timer | undefined;
  /** Something that the view shows changed since it was made. */
  #isStale = false;
  #view: ReadonlyMap<UserId, PersonView> = new Map();

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    for (const [id, value] of await this.#options.store.readAll('people')) {
      const person = readPerson(isRecord(value) ? { ...value, id } : value);
      const asked = isRecord(value) && typeof value.asked === 'number' ? value.asked : 0;
      if (person === undefined) continue;
      this.#known.set(person.id, { person, asked });
      this.#affiliate(person);
    }
    this.#publish();
  }

  /** The same map until somebody's name changed. */
  view(): ReadonlyMap<UserId, PersonView> {
    return this.#view;
  }

  need(ids: readonly UserId[]): void {
    const now = this.#options.platform.now();
    for (const id of ids) {
      if (!this.#options.affiliations.mayAsk(id)) {
        if (!this.#shown.has(id)) this.refresh();
        this.#shown.add(id);
        continue;
      }
      const known = this.#known.get(id);
      if (this.#asking.has(id) || (known !== undefined && now - known.asked < longest)) continue;
      this.#wanted.add(id);
    }
    if (this.#wanted.size > 0) this.#later();
  }

  async get(id: UserId): Promise<PersonView> {
    const { affiliations, profiles, heard } = this.#options;
    if (affiliations.mayAsk(id)) await this.learn([id]);
    else if (profiles.nameOf(id) === undefined) await heard();
    return this.#person(id);
  }

  /** What identity told of somebody. */
  told(id: UserId): PersonView | undefined {
    const told = this.#known.get(id)?.person;
    return told?.known ? told : undefined;
  }

  /** Asks for those of these people whom identity has not told of yet and may be asked about. */
  async learn(ids: readonly UserId[]): Promise<void> {
    const unknown = ids.filter((id) => !this.#known.has(id) && this.#options.affiliations.mayAsk(id));
    if (unknown.length > 0) await this.#lookUp(unknown.slice(0, mostInOne));
  }

  async search(query: string, options: { readonly signal?: AbortSignal } = {}): Promise<readonly PersonView[]> {
    const text = query.trim();
    if (text === '') return [];
    const found = await this.#find({ query: text }, options.signal);
    // Outside one's own organisation only an exact address finds anybody (R425).
    if (found.length === 0 && text.includes('@')) return this.#find({ email: text }, options.signal);
    return found;
  }

  /** Somebody is called otherwise or belongs elsewhere: the view says so soon, once for all who come in at a time. */
  refresh(): void {
    this.#isStale = true;
    this.#later();
  }

  close(): void {
    this.#timer?.cancel();
  }

  async #find(query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly PersonView[]> {
    const url = `${this.#options.identity}/api/v1/people?${new URLSearchParams(query)}`;
    const told = readPeople(await this.#options.http.json({ method: 'GET', url, signal }));
    await this.#take(told);
    return told.map(({ person }) => person);
  }

  #publish(): void {
    this.#isStale = false;
    const ids = [...this.#known.keys(), ...this.#shown, ...this.#options.profiles.described()];
    this.#view = new Map(ids.map((id) => [id, this.#person(id)]));
    this.#options.changed();
  }

  #later(): void {
    this.#timer ??= this.#options.platform.after(debounce, () => this.#ask());
  }

  #ask(): void {
    this.#timer = undefined;
    if (this.#isStale) this.#publish();
    // What was wanted may have turned out to be of another organisation since.
    const ids = [...this.#wanted].filter((id) => this.#options.affiliations.mayAsk(id)).slice(0, mostInOne);
    if (ids.length === 0) {
      this.#wanted.clear();
      return;
    }
    for (const id of ids) {
      this.#wanted.delete(id);
      this.#asking.add(id);
    }
    this.#lookUp(ids)
      .catch(() => {})
      .finally(() => {
        for (const id of ids) this.#asking.delete(id);
      });
    if (this.#wanted.size > 0) this.#later();
  }

  async #lookUp(ids: readonly UserId[]): Promise<void> {
    const url = `${this.#options.identity}/api/v1/people/lookup`;
    const told = readPeople(await this.#options.http.json({ method: 'POST', url, body: { ids }, retries: 4 }));
    const missing = ids.filter((id) => !told.some(({ person }) => person.id === id));
    await this.#take([...told, ...missing.map((id) => ({ person: unknown(id) }))]);
  }

  async #take(told: readonly ToldPerson[]): Promise<void> {
    const asked = this.#options.platform.now();
    for (const { person, organisation } of told) {
      this.#affiliate(person);
      if (organisation !== undefined) this.#options.organisations.learn(organisation);
      // A look-up by id tells less than a search by address did; what was learnt stays.
      const { email } = this.#known.get(person.id)?.person ?? {};
      const merged = person.email === undefined && email !== undefined ? { ...person, email } : person;
      this.#known.set(person.id, { person: merged, asked });
    }
    this.#publish();
    const known = told.filter(({ person }) => person.known);
    await Promise.all(
      known.map(({ person: { id } }) => {
        const { person } = this.#known.get(id) as Known;
        return this.#options.store.write('people', id, { ...person, asked });
      }),
    );
  }

  #affiliate({ id, organisationId }: PersonView): void {
    if (organisationId !== undefined) this.#options.affiliations.says('identity', id, organisationId);
  }

  /** As identity tells, which whoever found them by their address knows; else as people in a shared room call them. */
  #person(id: UserId): PersonView {
    const { affiliations, profiles } = this.#options;
    const nobody = unknown(id, affiliations.of(id));
    const name = profiles.nameOf(id);
    return this.told(id) ?? (name === undefined ? nobody : { ...nobody, known: true, name });
  }
}

const unknown = (id: UserId, organisationId?: OrganisationId): PersonView => ({
  id,
  known: false,
  name: '',
  ...(organisationId === undefined ? {} : { organisationId }),
});
