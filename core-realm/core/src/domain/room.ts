import type { DeviceId, KmsHost, OrganisationId, ResourceUri, RoomId, UserId } from '@cloister/wire';

/** A room as stored: ciphertext title, random ids, positions. */
export interface Room {
  readonly id: RoomId;
  readonly organisationId: OrganisationId;
  readonly kmsHost: KmsHost;
  readonly resourceUri: ResourceUri;
  readonly head: number;
  readonly version: number;
  readonly departureVersion: number;
  readonly title: string | null;
  readonly titleKey: string | null;
  readonly defaultKey: string | null;
  readonly tags: readonly string[];
  /** The two people of a conversation of two. */
  readonly pairLow: UserId | null;
  readonly pairHigh: UserId | null;
  readonly createdBy: UserId;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A person's right to a room, the core's half. */
export interface Membership {
  readonly userId: UserId;
  readonly organisationId: OrganisationId;
  readonly readPosition: number;
  /** While a removal is pending: the last position that may still be delivered. */
  readonly suspendedAt: number | null;
  readonly moderator: boolean;
}

/** A content key the room knows by its address; the core never sees the key. */
export interface LiveKey {
  readonly uri: string;
  readonly deviceId: DeviceId | null;
  /** Set by `create` or `updateKey`, which published clients share; our devices bind one each. */
  readonly shared: boolean;
  readonly stale: boolean;
  readonly boundAt: Date;
  /** Entries under it, as far as they were counted: exactly, once they could have reached the limit. */
  readonly counted: number;
}

/** A change whose sealed half the key server has not answered yet. */
export interface PendingChange {
  readonly operationId: string;
  readonly kind: string;
  readonly subjects: readonly UserId[];
  readonly since: Date;
}

/** A room as one of its members sees it. */
export interface RoomView {
  readonly room: Room;
  readonly keys: readonly LiveKey[];
  readonly pending: readonly PendingChange[];
  readonly members: readonly Membership[];
  /** The asker's own. */
  readonly membership: Membership;
}
