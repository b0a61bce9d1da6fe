import type { IndexState, ResourceUri, RoomId } from '@cloister/wire';

/** A room whose log is followed, and how far that is. */
export interface FollowedRoom {
  readonly roomId: RoomId;
  readonly resourceUri: ResourceUri;
  /** Of its index that is built. */
  generation: number;
  /** Others that the core has of it, until this one has caught up. */
  others: readonly Pick<IndexState, 'generation'>[];
  /** The newest entry that is known of. */
  head: number;
  /** The core has everything up to here. */
  position: number;
  /** When the core last said so, by a clock that only moves forward. */
  confirmedAt: number;
  /** Since when there is something that the core does not have; `undefined` when it has everything. */
  behindSince: number | undefined;
  /** Everything up to here was read; what lies between is on its way. */
  read: number;
  /** Raised when what is on its way counts no more. */
  run: number;
  isBusy: boolean;
  /** It could not be read, and waits to be tried again. */
  isWaiting: boolean;
  /** How often in a row. */
  failures: number;
}

/** How many entries are still to be read. */
export const backlogOf = ({ head, read }: FollowedRoom): number => head - read;

/** Reads on from where the core's index stands; what is on its way counts no more. */
export const restart = (room: FollowedRoom, position: number): void => {
  room.run += 1;
  room.position = position;
  room.read = position;
};
