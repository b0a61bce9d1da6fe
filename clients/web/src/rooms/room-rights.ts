import type { RoomView } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';

/**
 * Whether somebody may change a room's title, its people and its moderators: everybody while it has no moderator, then
 * moderators alone (R447). Core and key server decide the same again. A room of two keeps what it is.
 */
export const mayManage = ({ moderators, directWith }: RoomView, me: UserId): boolean =>
  directWith === undefined && (moderators.length === 0 || moderators.includes(me));

/** Whether the room is everybody's again once this person is gone or moderates no more. */
export const isLastModerator = ({ moderators }: RoomView, id: UserId): boolean =>
  moderators.length === 1 && moderators.includes(id);
