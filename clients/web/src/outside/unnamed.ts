import type { ClientSnapshot, RoomView } from '@cloister/sdk';
import type { OrganisationId, RoomId } from '@cloister/wire';

/** One room for each organisation in some room that nobody has named yet: its key server can be asked there. */
export function unnamed(
  rooms: readonly Pick<RoomView, 'id' | 'outside'>[],
  known: ClientSnapshot['organisations'],
): ReadonlyMap<OrganisationId, RoomId> {
  const found = new Map<OrganisationId, RoomId>();
  for (const { id, outside } of rooms) {
    for (const organisation of outside) {
      if (!known.has(organisation) && !found.has(organisation)) found.set(organisation, id);
    }
  }
  return found;
}
