import type { OrganisationView } from '@cloister/sdk';
import type { OrganisationId } from '@cloister/wire';
import { plainName } from './plain-name.ts';

const sameWords = (a: string, b: string): boolean =>
  a.normalize('NFKC').toLocaleLowerCase() === b.normalize('NFKC').toLocaleLowerCase();

/**
 * What another organisation is called: its name; with a domain that it proved where one's own or a third is called the
 * same. Undefined while nobody has named it.
 */
export function organisationLabel(
  id: OrganisationId,
  organisations: ReadonlyMap<OrganisationId, OrganisationView>,
  ownName: string,
): string | undefined {
  const organisation = organisations.get(id);
  if (organisation === undefined) return undefined;
  const name = plainName(organisation.name);
  const [domain] = organisation.domains;
  if (name === '') return domain;
  const others = [...organisations.values()].filter((each) => each.id !== id).map((each) => plainName(each.name));
  const isShared = [ownName, ...others].some((other) => sameWords(other, name));
  return isShared && domain !== undefined ? `${name}, ${domain}` : name;
}
