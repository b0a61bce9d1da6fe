import type { LiveKey, OperationKind, OrganisationId, Purpose, RoomId, UserId } from '@cloister/wire';
import type { Content } from './content.ts';
import type { ReadingOrganisation } from './organisation-view.ts';
import type { TimelineEntry } from './timeline-entry.ts';

/** A change of membership whose outcome the key server has not told yet. */
export interface PendingChange {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly subjects: readonly UserId[];
  readonly since: string;
}

/** A room in the list. Immutable. Rooms come sorted by last change, newest first. */
export interface RoomView {
  readonly id: RoomId;
  readonly title: Content<string>;
  /** A room of two: show the other person's name instead of the title. */
  readonly directWith?: UserId;
  /** Ids of the members, this person included. Names: `snapshot.people`. */
  readonly people: readonly UserId[];
  /** Organisations of members other than the reader's own, without repeats; names: `snapshot.organisations`. */
  readonly outside: readonly OrganisationId[];
  /** Who alone may change the title and who is in the room; with none, everybody in it may (R447). */
  readonly moderators: readonly UserId[];
  readonly pending: readonly PendingChange[];
  /** Entries of others after the read marker; messages and files only once their entries were seen. */
  readonly unread: number;
  readonly readPosition: number;
  readonly head: number;
  readonly created: string;
  /** RFC 3339 of the newest entry. */
  readonly updated: string;
  /** Newest message or files, for a preview line, when known. */
  readonly last?: TimelineEntry;
  /** Set when the next send would stop: the key server lets these people read, the roster does not explain them. */
  readonly unexplained?: readonly UserId[];
}

/** Who can read a room, as its key server tells it and as the core's roster explains it. */
export interface WhoCanRead {
  /** Members in the roster. */
  readonly people: readonly UserId[];
  /** Authorised at the key server but not in the roster: sends stop until this is empty. */
  readonly unexplained: readonly UserId[];
  /** In the roster but not (yet) authorised at the key server. */
  readonly cannotRead: readonly UserId[];
  /** What machines may be given the room's keys for, each switched on by that organisation's administrators (R343). */
  readonly functions: readonly OrganisationFunction[];
  /** Every organisation with somebody on the list, what its key server is and which machines it lets read (R344). */
  readonly organisations: readonly ReadingOrganisation[];
  /** Hosts of the key servers that hold the room's keys, and so could read. */
  readonly keyServers: readonly string[];
  /** The keys that content is sealed under now. */
  readonly keys: readonly RoomKey[];
}

/** A function of an organisation that is on. */
export interface OrganisationFunction {
  readonly organisationId: OrganisationId;
  readonly purpose: Purpose;
}

/** A live key of a room: one device's own, or one that published clients share. */
export type RoomKey = Omit<LiveKey, 'stale'>;
