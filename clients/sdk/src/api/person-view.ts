import type { OrganisationId, UserId } from '@cloister/wire';

/**
 * A person as identity describes them to this session. Until the look-up answered, and for ids identity does not
 * release, `known` is false and `name` is empty: the UI shows a placeholder of its own.
 */
export interface PersonView {
  readonly id: UserId;
  readonly known: boolean;
  readonly name: string;
  readonly email?: string;
  readonly organisationId?: OrganisationId;
}
