import { isDomainName, isUuid, type OrganisationId } from '@cloister/wire';
import type { OrganisationView } from '../api/organisation-view.ts';
import { isRecord, textOf } from '../json.ts';
import type { Store } from '../store/store.ts';
import { same } from '../timeline/keep-same.ts';

const prefix = 'organisation/';

/** Names and domains of organisations met so far, kept over restarts: the reader's own key server or identity named them. */
export class Organisations {
  readonly #store: Store;
  readonly #changed: () => void;
  readonly #known = new Map<OrganisationId, OrganisationView>();
  #view: ReadonlyMap<OrganisationId, OrganisationView> = new Map();

  constructor(store: Store, changed: () => void) {
    this.#store = store;
    this.#changed = changed;
  }

  async load(): Promise<void> {
    for (const [key, value] of await this.#store.readAll('people')) {
      if (!key.startsWith(prefix) || !isRecord(value)) continue;
      const organisation = readOrganisation({ ...value, id: key.slice(prefix.length) });
      if (organisation !== undefined) this.#known.set(organisation.id, organisation);
    }
    this.#view = new Map(this.#known);
  }

  /** The same map until something in it changed. */
  view(): ReadonlyMap<OrganisationId, OrganisationView> {
    return this.#view;
  }

  /** Somebody named it. Who tells no domains takes none away, and who tells no name likewise. */
  learn({ id, name, domains }: OrganisationView): void {
    const before = this.#known.get(id);
    const next = {
      id,
      name: name === '' ? (before?.name ?? '') : name,
      domains: domains.length === 0 ? (before?.domains ?? []) : [...domains],
    };
    if (same(before, next)) return;
    this.#known.set(id, next);
    this.#view = new Map(this.#known);
    this.#changed();
    // Should the write fail, the next run learns it anew.
    this.#store.write('people', `${prefix}${id}`, { name: next.name, domains: next.domains }).catch(() => {});
  }
}

/** An organisation in an answer of identity or a record of the store; `undefined` for what is none. */
export const readOrganisation = (value: unknown): OrganisationView | undefined => {
  if (!isRecord(value) || !isUuid(value.id)) return undefined;
  const domains = Array.isArray(value.domains) ? value.domains.filter(isDomainName) : [];
  return { id: value.id as OrganisationId, name: textOf(value, 'name') ?? '', domains };
};
