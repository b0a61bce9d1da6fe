import type { KmsHost, OrganisationId } from '@cloister/wire';
import type { Realm } from './status-view.ts';

/** The key servers that identity lists, in the order in which they were stated last. */
export class RealmDirectory {
  readonly #realms = new Map<KmsHost, Realm>();
  /** An organisation has one key server: the one that was stated last. */
  readonly #hosts = new Map<OrganisationId, KmsHost>();

  at(kmsHost: KmsHost): Realm | null {
    return this.#realms.get(kmsHost) ?? null;
  }

  of(organisationId: OrganisationId): KmsHost | null {
    return this.#hosts.get(organisationId) ?? null;
  }

  all(): readonly Realm[] {
    return [...this.#realms.values()];
  }

  list(realm: Realm): void {
    this.withdraw(realm.kmsHost);
    this.#realms.set(realm.kmsHost, realm);
    for (const id of realm.organisationIds) this.#take(id, realm.kmsHost);
  }

  withdraw(kmsHost: KmsHost): void {
    for (const id of this.#realms.get(kmsHost)?.organisationIds ?? []) this.#hosts.delete(id);
    this.#realms.delete(kmsHost);
  }

  /** So that each of the two answers is the other's, an organisation that moves leaves its old key server. */
  #take(id: OrganisationId, kmsHost: KmsHost): void {
    const before = this.#realms.get(this.#hosts.get(id) ?? kmsHost);
    if (before !== undefined && before.kmsHost !== kmsHost) {
      const organisationIds = before.organisationIds.filter((each) => each !== id);
      this.#realms.set(before.kmsHost, { ...before, organisationIds });
    }
    this.#hosts.set(id, kmsHost);
  }
}
