import type { ActivityId, RoomId, UserId } from '@cloister/wire';

/** What the core understands of an entry; everything else in it is the clients'. */
export type Verb =
  | 'create'
  | 'post'
  | 'share'
  | 'update'
  | 'delete'
  | 'add'
  | 'leave'
  | 'assignModerator'
  | 'unassignModerator'
  | 'updateKey'
  | 'addKey';

/** One entry of a room's log, as stored. */
export interface StoredActivity {
  readonly roomId: RoomId;
  /** 1-based, gapless in its room. */
  readonly position: number;
  readonly id: ActivityId;
  readonly actorId: UserId;
  readonly verb: Verb;
  readonly published: Date;
  /** JSON text. */
  readonly object: string;
  readonly keyUri: string | null;
  readonly parentId: ActivityId | null;
  readonly parentType: string | null;
  readonly clientTempId: string | null;
  /** JSON text: the clients' own member, opaque here. */
  readonly cloister: string | null;
  /** JSON text of an object with the members the core does not know, to be echoed. */
  readonly extra: string | null;
  /** The key server's signed receipt, on entries it decided. */
  readonly receipt: string | null;
}

/** An entry before it has its place in the log. */
export type NewActivity = Omit<StoredActivity, 'position' | 'published' | 'receipt'>;
