import type { AuthorizationRepresentation } from '@cloister/wire';

/**
 * A person's right as somebody of an organisation is told of it: of people of other organisations it says which
 * (wires §13), so that a client need not take that from the core.
 */
export const withOrganisation = (
  asker: { readonly organisationId: string },
  listed: AuthorizationRepresentation,
  subjectOrganisationId: string,
): AuthorizationRepresentation =>
  subjectOrganisationId === asker.organisationId
    ? listed
    : { ...listed, cloister: { ...listed.cloister, organisationId: subjectOrganisationId } };
