import type { KmsHost, OrganisationId } from '@cloister/wire';

/** Which key servers there are, by identity's word alone (wires.md §13): what it does not name does not exist. */
export type Directory = {
  realm(kmsHost: KmsHost): { readonly organisationIds: readonly OrganisationId[] } | null;
};
