import { CloisterError, isUuid, type OrganisationId, type UserId } from '@cloister/wire';
import type { People } from '../api/client.ts';
import type { PersonView } from '../api/person-view.ts';
import type { HttpClient } from '../http/http-client.ts';
import { isRecord, textOf } from '../json.ts';
import type { Platform, Timer } from '../platform.ts';
import type { Store } from '../store/store.ts';

export interface PeopleOptions {
  readonly http: HttpClient;
  readonly platform: Platform;
  readonly store: Store;
  /** `…/identity` */
  readonly identity: string;
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

/** Names of people by id, from identity alone, cached; the core never sees one (R420, R424). */
export class PeopleDirectory implements People {
  readonly #options: PeopleOptions;
  readonly #known = new Map<UserId, Known>();
  readonly #wanted = new Set<UserId>();
  readonly #asking = new Set<UserId>();
  #timer: Timer | undefined;
  #view: ReadonlyMap<UserId, PersonView> = new Map();

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    for (const [id, value] of await this.#options.store.readAll('people')) {
      const person = readPerson(isRecord(value) ? { ...value, id } : value);
      const asked = isRecord(value) && typeof value.asked === 'number' ? value.asked : 0;
      if (person !== undefined) this.#known.set(person.id, { person, asked });
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
      const known = this.#known.get(id);
      if (this.#asking.has(id) || (known !== undefined && now - known.asked < longest)) continue;
      this.#wanted.add(id);
    }
    if (this.#wanted.size > 0) this.#timer ??= this.#options.platform.after(debounce, () => this.#ask());
  }

  async get(id: UserId): Promise<PersonView> {
    const known = this.#known.get(id);
    if (known !== undefined) return known.person;
    await this.#lookUp([id]);
    return this.#known.get(id)?.person ?? unknown(id);
  }

  async search(query: string, options: { readonly signal?: AbortSignal } = {}): Promise<readonly PersonView[]> {
    const text = query.trim();
    if (text === '') return [];
    const found = await this.#find({ query: text }, options.signal);
    // Outside one's own organisation only an exact address finds anybody (R425).
    if (found.length === 0 && text.includes('@')) return this.#find({ email: text }, options.signal);
    return found;
  }

  close(): void {
    this.#timer?.cancel();
  }

  async #find(query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly PersonView[]> {
    const url = `${this.#options.identity}/api/v1/people?${new URLSearchParams(query)}`;
    const people = readPeople(
      await this.#options.http.json({ method: 'GET', url, ...(signal === undefined ? {} : { signal }) }),
    );
    await this.#learn(people);
    return people;
  }

  #ask(): void {
    this.#timer = undefined;
    const ids = [...this.#wanted].slice(0, mostInOne);
    for (const id of ids) {
      this.#wanted.delete(id);
      this.#asking.add(id);
    }
    this.#lookUp(ids)
      .catch(() => {})
      .finally(() => {
        for (const id of ids) this.#asking.delete(id);
      });
    if (this.#wanted.size > 0) this.#timer = this.#options.platform.after(debounce, () => this.#ask());
  }

  async #lookUp(ids: readonly UserId[]): Promise<void> {
    const url = `${this.#options.identity}/api/v1/people/lookup`;
    const people = readPeople(await this.#options.http.json({ method: 'POST', url, body: { ids }, retries: 4 }));
    const missing = ids.filter((id) => !people.some((person) => person.id === id)).map(unknown);
    await this.#learn([...people, ...missing]);
  }

  async #learn(people: readonly PersonView[]): Promise<void> {
    const asked = this.#options.platform.now();
    for (const person of people) {
      // A look-up by id tells less than a search by address did; what was learnt stays.
      const { email } = this.#known.get(person.id)?.person ?? {};
      const merged = person.email === undefined && email !== undefined ? { ...person, email } : person;
      this.#known.set(person.id, { person: merged, asked });
    }
    this.#publish();
    await Promise.all(
      people
        .filter(({ known }) => known)
        .map(({ id }) => {
          const { person } = this.#known.get(id) as Known;
          return this.#options.store.write('people', id, { ...person, asked });
        }),
    );
  }

  #publish(): void {
    this.#view = new Map([...this.#known].map(([id, { person }]) => [id, person]));
    this.#options.changed();
  }
}

const unknown = (id: UserId): PersonView => ({ id, known: false, name: '' });

const readPeople = (body: unknown): PersonView[] => {
  const items = isRecord(body) ? body.items : undefined;
  if (!Array.isArray(items)) throw new CloisterError('client/unreadable', { detail: 'the people' });
  return items.map(readPerson).filter((person) => person !== undefined);
};

const readPerson = (value: unknown): PersonView | undefined => {
  if (!isRecord(value) || !isUuid(value.id)) return undefined;
  const name = textOf(value, 'name');
  const email = textOf(value, 'email');
  const organisationId = textOf(value.organisation, 'id') ?? textOf(value, 'organisationId');
  return {
    id: value.id as UserId,
    known: name !== undefined && name !== '',
    name: name ?? '',
    ...(email === undefined ? {} : { email }),
    ...(isUuid(organisationId) ? { organisationId: organisationId as OrganisationId } : {}),
  };
};
