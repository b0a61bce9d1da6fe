import type { ActivityId, UserId } from '../ids.ts';
import type { CompactJwe } from '../json/compact.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { KeyUri } from '../kms-uri/instance-uri.ts';
import type {
  ActivityReference,
  CommentObject,
  ContentObject,
  ConversationObject,
  KeyObject,
  PersonObject,
} from './activity-object.ts';

/** What a client asks the core to append to a room's log, one shape a verb (kms.md §3.6, wires.md §3). */
export type ActivityRequest = ActivityFrame & ActivityChange;

/** What every activity request may carry. */
export interface ActivityFrame {
  /** The client's own id for it; unique for room and actor, so that a repeat is found. */
  readonly clientTempId?: string | undefined;
  /** Opaque to the core, for our clients only. */
  readonly cloister?: JsonObject | undefined;
  /** Members we do not know, to be echoed as they came. */
  readonly extra: JsonObject;
}

/** A reference to an earlier activity, such as `{id, type: 'edit'}`. */
export interface ActivityParent {
  readonly id: ActivityId;
  readonly type: string;
}

export type ActivityChange =
  | ({ readonly verb: 'post'; readonly object: CommentObject } & KeyedContent)
  | ({ readonly verb: 'share'; readonly object: ContentObject } & KeyedContent)
  | {
      readonly verb: 'add' | 'leave' | 'assignModerator' | 'unassignModerator';
      readonly object: PersonObject;
      readonly subject: UserId;
      readonly sealed: CompactJwe;
    }
  | { readonly verb: 'update'; readonly object: ConversationObject; readonly keyUri: KeyUri }
  | {
      readonly verb: 'updateKey';
      readonly object: ConversationObject;
      readonly keyUri: KeyUri;
      readonly sealed: CompactJwe;
    }
  | { readonly verb: 'addKey'; readonly object: KeyObject; readonly keyUri: KeyUri; readonly sealed: CompactJwe }
  | { readonly verb: 'delete' | 'acknowledge'; readonly object: ActivityReference; readonly subject: ActivityId };

/** Content under a key. With a parent of type `edit` it replaces the parent's content. */
interface KeyedContent {
  readonly keyUri: KeyUri;
  readonly parent?: ActivityParent | undefined;
}
