import * as z from 'zod/mini';
import { type Activity, activitySchema } from '../conversation/activity.ts';
import type { OrganisationId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import { uuid } from '../json/schemas.ts';
import type { EventFrame } from './server-frame.ts';

/** The state of a websocket after it opened: whether the events missed since the last one follow (wires.md §3). */
export interface BufferState {
  readonly registration?: string | undefined;
  readonly resumed?: boolean | undefined;
  /** The sequence number after which events follow. */
  readonly from?: number | undefined;
}

/** What an event tells a client. */
export type EventData =
  | { readonly eventType: 'conversation.activity'; readonly activity: Activity }
  | { readonly eventType: 'encryption.kms_message'; readonly kmsMessages: readonly string[] }
  | { readonly eventType: 'mercury.buffer_state'; readonly bufferState: BufferState }
  /** The main key of an organisation was switched off (wires.md §12). */
  | { readonly eventType: 'encryption.keys_revoked'; readonly organisationId: OrganisationId }
  /** A kind this version does not know; to be acknowledged and ignored. */
  | { readonly eventType: 'other'; readonly name: string };

const activityEvent = z.object({ activity: activitySchema });
const kmsMessageEvent = z.object({ encryption: z.object({ kmsMessages: z.array(z.string()) }) });
const keysRevokedEvent = z.object({ encryption: z.object({ organisationId: uuid<OrganisationId>() }) });
const bufferStateEvent = z.object({
  bufferState: z.object({
    registration: z.optional(uuid()),
    resumed: z.optional(z.boolean()),
    from: z.optional(z.int()),
  }),
});

const maxBytes = 8 * 1024 * 1024;

/** @throws CloisterError with a `wire/…` code when a known event has not its shape */
export const parseEventData = ({ data }: Pick<EventFrame, 'data'>): EventData => {
  switch (data.eventType) {
    case 'conversation.activity':
      return { eventType: data.eventType, activity: parseWith(activityEvent, data, maxBytes).activity };
    case 'encryption.kms_message':
      return {
        eventType: data.eventType,
        kmsMessages: parseWith(kmsMessageEvent, data, maxBytes).encryption.kmsMessages,
      };
    case 'encryption.keys_revoked':
      return {
        eventType: data.eventType,
        organisationId: parseWith(keysRevokedEvent, data).encryption.organisationId,
      };
    case 'mercury.buffer_state':
      return { eventType: data.eventType, bufferState: parseWith(bufferStateEvent, data).bufferState };
    default:
      return { eventType: 'other', name: data.eventType };
  }
};

/** The `data` member of each event the core sends. */
export const eventData = {
  activity: (activity: Activity) => ({ eventType: 'conversation.activity', activity }),
  kmsMessages: (kmsMessages: readonly string[]) => ({
    eventType: 'encryption.kms_message',
    encryption: { kmsMessages },
  }),
  keysRevoked: (organisationId: OrganisationId) => ({
    eventType: 'encryption.keys_revoked',
    encryption: { organisationId },
  }),
  bufferState: (bufferState: BufferState) => ({ eventType: 'mercury.buffer_state', bufferState }),
} as const;
