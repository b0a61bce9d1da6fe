import type {
  ActivityId,
  CompactJwe,
  DeviceId,
  KeyUri,
  KmsHost,
  OperationId,
  OperationKind,
  OrganisationId,
  ResourceUri,
  RoomId,
  UserId,
} from '@cloister/wire';
import type { NewActivity } from './stored-activity.ts';

/** What the core will do when the receipt says so: the outer half of a two-part change. */
export type OuterHalf =
  | {
      readonly kind: 'create';
      readonly title: string | null;
      readonly titleKey: string | null;
      readonly tags: readonly string[];
      readonly createId: ActivityId;
      /** What its client says beside it, as JSON text. */
      readonly cloister?: string;
      /** The entries that say who was added: an id for each member but the creator. */
      readonly addIds: Readonly<Record<UserId, ActivityId>>;
      readonly posts: readonly NewActivity[];
    }
  | { readonly kind: 'change'; readonly entry: NewActivity };

/** A two-part change, written down before its sealed half is forwarded (architecture §6). */
export interface Intent {
  readonly operationId: OperationId;
  readonly kind: OperationKind;
  readonly roomId: RoomId;
  readonly kmsHost: KmsHost;
  readonly userId: UserId;
  readonly organisationId: OrganisationId;
  readonly deviceId: DeviceId | null;
  /** Whose right changes; for a create all members, the creator among them. */
  readonly subjects: readonly UserId[];
  readonly resourceUri: ResourceUri | null;
  readonly keyUri: KeyUri | null;
  readonly sealed: CompactJwe;
  readonly outer: OuterHalf;
  /** For a one-on-one create: the two people, in order. */
  readonly pair: readonly [UserId, UserId] | null;
  readonly since: Date;
}

/** What became of it. `reply` is the key server's sealed answer, for the asker alone; it is lost to a restart in between. */
export type IntentState =
  | { readonly state: 'pending' }
  | { readonly state: 'applied'; readonly reply: string | null; readonly activityId: ActivityId }
  | { readonly state: 'refused'; readonly reply: string | null; readonly status: number };

/** Whether two intents ask the same of the core: a repeat, and not the same sealed bytes beside another outer half. */
export const isSameChange = (a: Intent, b: Intent): boolean =>
  a.kind === b.kind &&
  a.userId === b.userId &&
  (a.kind === 'create' || a.roomId === b.roomId) &&
  a.keyUri === b.keyUri &&
  a.subjects.length === b.subjects.length &&
  a.subjects.every((subject) => b.subjects.includes(subject));
