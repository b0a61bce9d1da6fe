import { CloisterError, type OrganisationId } from '@cloister/wire';

interface Owned {
  readonly organisationId: OrganisationId;
}

/**
 * What was found, when it is of the asker's organisation: administrators learn nothing of others, not even what there is.
 * @throws CloisterError `identity/not-found`
 */
export const requireOwn = <T extends Owned>(found: T | null, by: Owned): T => {
  if (found?.organisationId !== by.organisationId) throw new CloisterError('identity/not-found');
  return found;
};
