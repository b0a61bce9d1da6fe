import type { KmsHost, OrganisationId } from '@cloister/wire';

/** A security realm as it is registered: whom it serves, and the keys by which the core believes it. */
export interface Realm<Key> {
  readonly kmsHost: KmsHost;
  readonly organisationIds: readonly OrganisationId[];
  readonly receipt: { readonly kid: string | undefined; readonly key: Key };
}

/** Every registered realm, found by name and by organisation. */
export class Realms<Key> {
  readonly #byHost = new Map<string, Realm<Key>>();
  readonly #byOrganisation = new Map<OrganisationId, Realm<Key>>();

  constructor(realms: readonly Realm<Key>[]) {
    for (const realm of realms) {
      this.#byHost.set(realm.kmsHost, realm);
      for (const organisationId of realm.organisationIds) this.#byOrganisation.set(organisationId, realm);
    }
  }

  named(kmsHost: string): Realm<Key> | undefined {
    return this.#byHost.get(kmsHost);
  }

  serving(organisationId: OrganisationId): Realm<Key> | undefined {
    return this.#byOrganisation.get(organisationId);
  }
}
