import type { Client, OrganisationView, PersonView } from '@cloister/sdk';
import type { OrganisationId, RoomId } from '@cloister/wire';
import { nameOf } from './find.ts';

/** An organisation for a list: its name with a domain, as far as somebody named it, else its id. */
export const organisationText = (id: OrganisationId, named: Pick<OrganisationView, 'name' | 'domains'> | undefined) => {
  const [domain] = named?.domains ?? [];
  const name = named?.name === '' ? undefined : named?.name;
  if (name === undefined) return domain ?? id;
  return domain === undefined ? name : `${name} (${domain})`;
};

/** A person's name; of somebody of another organisation with that beside it (R446). */
export const personText = (client: Client, person: PersonView): string => {
  const { me, organisations } = client.snapshot();
  const { organisationId = me.organisationId } = person;
  if (organisationId === me.organisationId) return nameOf(person);
  const named = organisations.get(organisationId);
  return `${nameOf(person)} (${named?.name || named?.domains[0] || organisationId})`;
};

/** Has the organisations of a room named where nobody named them yet; without an answer their ids stand. */
export const nameOrganisations = async (client: Client, roomId: RoomId): Promise<void> => {
  const { rooms, organisations } = client.snapshot();
  const outside = rooms.find(({ id }) => id === roomId)?.outside ?? [];
  if (outside.every((id) => organisations.has(id))) return;
  await client.rooms.whoCanRead(roomId).catch(() => {});
};
