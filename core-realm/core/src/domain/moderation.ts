import { CloisterError } from '@cloister/wire';
import type { RoomView } from './room.ts';

/** How published clients know a moderated room. It is said of one, never stored. */
export const lockedTag = 'LOCKED';

/** Whether the room has a moderator: then its member list and its title are the moderators' alone (R447). */
export const isModerated = ({ members }: Pick<RoomView, 'members'>): boolean =>
  members.some((member) => member.moderator);

/**
 * Refuses what only a moderator may do, while there is one. The key server decides the same about its half.
 * @throws CloisterError `core/moderators-only`
 */
export const decideModerator = (view: RoomView): void => {
  if (isModerated(view) && !view.membership.moderator) throw new CloisterError('core/moderators-only');
};
