import type { PersonView, TimelineEntry } from '@cloister/sdk';
import type { OrganisationId, UserId } from '@cloister/wire';

/** The first person of another organisation came, or the last one left. */
export type OutsideChange = 'came' | 'left';

interface Room {
  readonly own: OrganisationId;
  /** Everybody in the room after the last of the entries. */
  readonly members: readonly UserId[];
  readonly people: ReadonlyMap<UserId, PersonView>;
}

/** At which entries of the end of a room's log it began and ceased to have people of other organisations, by key. */
export function outsideChanges(
  entries: readonly TimelineEntry[],
  { own, members, people }: Room,
): ReadonlyMap<string, OutsideChange> {
  const isOutside = (id: UserId): boolean => (people.get(id)?.organisationId ?? own) !== own;
  const outsiders = new Set(members.filter(isOutside));
  const changes = new Map<string, OutsideChange>();
  // Backwards from who is there now: a window does not begin with the room.
  for (const entry of entries.toReversed()) {
    const after = outsiders.size;
    if (entry.kind === 'joined') outsiders.delete(entry.person);
    else if (entry.kind === 'created') outsiders.delete(entry.actor);
    else if (entry.kind === 'left' && isOutside(entry.person)) outsiders.add(entry.person);
    if (after > 0 && outsiders.size === 0) changes.set(entry.key, 'came');
    if (after === 0 && outsiders.size > 0) changes.set(entry.key, 'left');
  }
  return changes;
}
