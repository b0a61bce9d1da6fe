import type { Log } from '@cloister/logging';
import { eventData, type KeysRevokedFrame, newId, type OrganisationId, type UserId } from '@cloister/wire';
import type { Readers } from './readers.ts';
import { SharedEvent } from './shared-event.ts';

export interface RevocationHintsOptions {
  readonly readers: Pick<Readers, 'all' | 'tell'>;
  /** The organisations that a realm serves. */
  readonly servedBy: (kmsHost: string) => readonly OrganisationId[];
  /** Those of these people who share a room with the organisation. */
  readonly guestsOf: (organisationId: OrganisationId, people: readonly UserId[]) => Promise<readonly UserId[]>;
  readonly now: () => number;
  readonly log: Log;
}

const minute = 60_000;
/** Each hint makes every client of an organisation ask for its keys anew. */
const mostInAMinute = 6;

/**
 * Tells who holds keys of an organisation that its main key was switched off (docs/wires.md §12). It is a hint and no
 * more: clients ask their key server. A realm may speak of its own organisations alone; each of its nodes says the same,
 * and says it again with each new connection.
 */
export class RevocationHints {
  readonly #options: RevocationHintsOptions;
  readonly #told = new Map<OrganisationId, readonly { readonly epoch: number; readonly at: number }[]>();

  constructor(options: RevocationHintsOptions) {
    this.#options = options;
  }

  /** Never fails: who is not told asks every few minutes anyway. */
  async heard(kmsHost: string, { organisationId, epoch }: Omit<KeysRevokedFrame, 'type' | 'id'>): Promise<void> {
    const { servedBy, readers, guestsOf, log } = this.#options;
    if (!servedBy(kmsHost).includes(organisationId) || !this.#mayTell(organisationId, epoch)) return;
    const [own, others] = this.#connected(organisationId);
    const event = this.#event(organisationId);
    readers.tell(own, [event]);
    try {
      readers.tell(await guestsOf(organisationId, others), [event]);
    } catch (error) {
      log.failure('keys-revoked.not-told', error, { organisationId });
    }
  }

  #mayTell(organisationId: OrganisationId, epoch: number): boolean {
    const at = this.#options.now();
    const recent = (this.#told.get(organisationId) ?? []).filter((told) => at - told.at < minute);
    const may = recent.length < mostInAMinute && recent.every((told) => told.epoch !== epoch);
    this.#told.set(organisationId, may ? [...recent, { epoch, at }] : recent);
    return may;
  }

  /** Who is there: the organisation's people and machines, and everybody else. */
  #connected(organisationId: OrganisationId): [UserId[], UserId[]] {
    const [own, others] = [new Set<UserId>(), new Set<UserId>()];
    for (const { identity } of this.#options.readers.all()) {
      (identity.organisationId === organisationId ? own : others).add(identity.userId);
    }
    return [[...own], [...others]];
  }

  #event(organisationId: OrganisationId): SharedEvent {
    const data = JSON.stringify(eventData.keysRevoked(organisationId));
    return new SharedEvent(() => data, { id: newId(), now: this.#options.now() });
  }
}
