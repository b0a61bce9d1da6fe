import { type DomainName, maxStatedDomains, type OrganisationId } from '@cloister/wire';

/** An organisation as the realms are told of it. */
export interface NamedOrganisation {
  readonly id: OrganisationId;
  readonly name: string;
  /** Verified ones in the order of their names, as many as the feed takes. */
  readonly domains: readonly DomainName[];
}

/** An organisation as it was told last; the first entries had no name. */
export type StatedOrganisation = Pick<NamedOrganisation, 'id'> & Partial<NamedOrganisation>;

/** What has to be stated so that the realms call each organisation what it is called now. */
export const namesToState = (
  stated: readonly StatedOrganisation[],
  organisations: readonly NamedOrganisation[],
): readonly NamedOrganisation[] => {
  const known = new Map(stated.map((each) => [each.id, each]));
  return organisations.map(inFeed).filter((each) => !isSame(known.get(each.id), each));
};

const inFeed = ({ id, name, domains }: NamedOrganisation): NamedOrganisation => ({
  id,
  name,
  domains: domains.slice(0, maxStatedDomains),
});

const isSame = (known: StatedOrganisation | undefined, { name, domains }: NamedOrganisation): boolean =>
  known?.name === name &&
  known.domains?.length === domains.length &&
  known.domains.every((domain, at) => domain === domains[at]);
