import { isUuid, type OrganisationId, type OutsideOrganisation, type OutsideOverview } from '@cloister/wire';
import { Failure } from '../failure.ts';

/** One that was met or paused, by a domain it proved, its name or id; one that was never met by its id alone. */
export const findOrganisation = (
  { organisations }: OutsideOverview,
  wanted: string,
): OutsideOrganisation | { readonly id: OrganisationId } => {
  const lower = wanted.toLowerCase();
  const found = organisations.filter(
    ({ id, name, domains }) =>
      id === lower || name.toLowerCase() === lower || domains.some((domain) => domain === lower),
  );
  const [only, second] = found;
  if (second !== undefined) {
    throw new Failure('client/invalid-request', `several organisations are called "${wanted}"`, {
      hint: `one of: ${found.map(({ domains, id }) => domains[0] ?? id).join(', ')}`,
    });
  }
  if (only !== undefined) return only;
  if (isUuid(lower)) return { id: lower as string as OrganisationId };
  throw new Failure('client/not-found', `your organisation met no "${wanted}"`, {
    hint: 'cloister outside list shows whom it met; one that it never met is named by its id',
  });
};
