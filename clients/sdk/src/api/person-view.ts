import type { OrganisationId, UserId } from '@cloister/wire';

/**
 * A person as identity describes them to this session; people of other organisations as they, or others who know them,
 * call them in a room that is shared with them (wires §13): identity is not asked about those. Until somebody said,
 * `known` is false and `name` is empty: the UI shows a placeholder of its own.
 */
export interface PersonView {
  readonly id: UserId;
  readonly known: boolean;
  readonly name: string;
  readonly email?: string;
  /** As identity, else the own key server, else the core says. Names: `snapshot.organisations`. */
  readonly organisationId?: OrganisationId;
}
