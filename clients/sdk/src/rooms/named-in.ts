import { type Activity, isUuid, type OrganisationId, type UserId } from '@cloister/wire';
import { textOf } from '../json.ts';

/** Somebody whom an entry names, with their organisation as the core tells it. */
export interface NamedPerson {
  readonly id: UserId;
  readonly organisationId: OrganisationId | undefined;
}

/** Everybody an entry names: who did it, and to whom. */
export const namedIn = ({ actor, object }: Activity): NamedPerson[] => {
  const people = [{ id: actor.id, organisationId: actor.orgId }];
  const id = textOf(object, 'id');
  if (object?.objectType !== 'person' || !isUuid(id)) return people;
  const organisationId = textOf(object, 'orgId');
  people.push({
    id: id as UserId,
    organisationId: isUuid(organisationId) ? (organisationId as OrganisationId) : undefined,
  });
  return people;
};
