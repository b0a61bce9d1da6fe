import { CloisterError } from '@cloister/wire';
import type { RoomView } from './room.ts';

/** The room, for somebody who may write to it. @throws CloisterError `core/not-found` for strangers */
export const decideActor = (view: RoomView | undefined): RoomView => {
  if (view === undefined) throw new CloisterError('core/not-found');
  if (view.membership.suspendedAt !== null) {
    throw new CloisterError('core/conflict', { detail: 'Your removal from this room is being decided.' });
  }
  return view;
};
