import { CloisterError, type RoomId } from '@cloister/wire';

/** A part of a room's index is not there, or not as it was written: nothing is found in part. */
export class IndexDamaged extends CloisterError {
  readonly roomId: RoomId;

  constructor(roomId: RoomId) {
    super('core/index-damaged');
    this.roomId = roomId;
  }
}
