import type { PersonView, RoomView } from '@cloister/sdk';
import type { OrganisationId, UserId } from '@cloister/wire';

/** The people of one other organisation in a room; those of an organisation that nobody named yet are not known. */
export interface Outsiders {
  readonly organisationId: OrganisationId;
  readonly people: readonly UserId[];
}

/** Who of other organisations is in a room, by organisation, in the order the room tells them. */
export const outsidersOf = (
  { outside, people }: Pick<RoomView, 'outside' | 'people'>,
  known: ReadonlyMap<UserId, PersonView>,
): readonly Outsiders[] =>
  outside.map((organisationId) => ({
    organisationId,
    people: people.filter((id) => known.get(id)?.organisationId === organisationId),
  }));
