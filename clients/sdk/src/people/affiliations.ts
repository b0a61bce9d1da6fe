import type { OrganisationId, UserId } from '@cloister/wire';

/** Who says which organisation somebody belongs to; of several the last one here is believed. */
const witnesses = ['core', 'key-server', 'identity'] as const;
export type Witness = (typeof witnesses)[number];

interface Affiliation {
  readonly organisationId: OrganisationId;
  readonly witness: Witness;
}

export interface AffiliationsOptions {
  readonly me: UserId;
  /** The reader's own. */
  readonly organisationId: OrganisationId;
  readonly changed: () => void;
}

/**
 * Which organisation each person belongs to. It decides whom identity may be asked about: of people of other
 * organisations whom somebody shares a room with it must not hear from this client (wires §13).
 */
export class Affiliations {
  readonly #options: AffiliationsOptions;
  readonly #known = new Map<UserId, Affiliation>();
  readonly #met = new Set<UserId>();

  constructor(options: AffiliationsOptions) {
    this.#options = options;
    this.#known.set(options.me, { organisationId: options.organisationId, witness: 'identity' });
  }

  of(id: UserId): OrganisationId | undefined {
    return this.#known.get(id)?.organisationId;
  }

  isOutside(id: UserId): boolean {
    const organisationId = this.of(id);
    return organisationId !== undefined && organisationId !== this.#options.organisationId;
  }

  /** Those of several people who are of other organisations, as organisations; the same order for the same people. */
  outsideOf(people: Iterable<UserId>): OrganisationId[] {
    const organisations = [...people].filter((id) => this.isOutside(id)).map((id) => this.of(id) as OrganisationId);
    return [...new Set(organisations)].sort();
  }

  /** Whether identity may be asked about somebody by id: colleagues, and people nobody shares a room with. */
  mayAsk(id: UserId): boolean {
    const organisationId = this.of(id);
    return organisationId === undefined ? !this.#met.has(id) : organisationId === this.#options.organisationId;
  }

  /** Somebody is, or was, in a room; the core says of which organisation, unless it does not know. */
  met(id: UserId, organisationId: OrganisationId | undefined): void {
    this.#met.add(id);
    if (organisationId !== undefined) this.says('core', id, organisationId);
  }

  /** A person never changes organisation: of two words that weigh the same the first one stands. */
  says(witness: Witness, id: UserId, organisationId: OrganisationId): void {
    const known = this.#known.get(id);
    if (known !== undefined && weight(known.witness) >= weight(witness)) return;
    this.#known.set(id, { organisationId, witness });
    if (known?.organisationId !== organisationId) this.#options.changed();
  }
}

const weight = (witness: Witness): number => witnesses.indexOf(witness);
