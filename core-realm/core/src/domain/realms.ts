import type { KmsHost, OrganisationId } from '@cloister/wire';

/** A security realm as it is registered or joined: whom it serves, and the keys by which the core believes it. */
export interface Realm<Key> {
  readonly kmsHost: KmsHost;
  readonly organisationIds: readonly OrganisationId[];
  /** Under which its receipts are signed, and were before: newest first. */
  readonly receipts: readonly { readonly kid: string | undefined; readonly key: Key }[];
}

/** Every realm, found by name and by organisation: those of the configuration, and those that identity says have joined. */
export class Realms<Key> {
  readonly #configured: readonly Realm<Key>[];
  #byHost = new Map<string, Realm<Key>>();
  #byOrganisation = new Map<OrganisationId, Realm<Key>>();

  constructor(configured: readonly Realm<Key>[]) {
    this.#configured = configured;
    this.join([]);
  }

  /** Takes the realms that have joined, in place of those it knew. One of the configuration is nobody else's to be. */
  join(joined: readonly Realm<Key>[]): void {
    this.#byHost = new Map();
    this.#byOrganisation = new Map();
    for (const realm of [...joined, ...this.#configured]) {
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
