import * as z from 'zod/mini';
import type { DeviceId, OrganisationId, RoomId, UserId } from '../ids.ts';
import { compactJwe, compactJws, isCompactJwe, isCompactJws } from '../json/compact.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { integer, list, text, uuid } from '../json/schemas.ts';
import { kmsDiscoverySchema, maxKmsMessageLength } from '../kms/kms-relay.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';
import { operationIdSchema, operationKind } from './operation.ts';
import {
  streamCreditFrame,
  streamEndFromCoreFrame,
  streamEndFromRealmFrame,
  streamOpenFromFrame,
  streamOpenToFrame,
} from './stream-frames.ts';

const sealed = compactJwe(maxKmsMessageLength);
const asker = { userId: uuid<UserId>(), organisationId: uuid<OrganisationId>() };
const deviceId = z.nullable(uuid<DeviceId>());

/** A reply: sealed, or signed when it answers a handshake. */
const reply = z.custom<string>(
  (value) => (isCompactJwe(value) || isCompactJws(value)) && value.length <= 4 * 1024 * 1024,
);

const helloFrame = z.object({
  type: z.literal('hello'),
  node: uuid(),
  kmsHost: z.custom<KmsHost>(isKmsHost),
  discovery: kmsDiscoverySchema,
  receiptKid: text(256),
});

const repliesFrame = z.object({
  type: z.literal('replies'),
  batch: uuid(),
  replies: list(z.object({ index: integer(0, 99), message: reply }), 100),
});

const doneFrame = z.object({ type: z.literal('done'), batch: uuid() });

const operationResultFrame = z.object({
  type: z.literal('operation-result'),
  id: uuid(),
  operationId: operationIdSchema(),
  status: integer(200, 599),
  reply: z.nullable(reply),
  receipt: compactJws(1024 * 1024),
});

const party = z.object({ id: uuid<UserId>(), organisationId: uuid<OrganisationId>() });

/** A removal the key server made by itself, since the person left the organisation (wires.md §9). */
const removalFrame = z.object({
  type: z.literal('removal'),
  id: uuid(),
  operationId: operationIdSchema(),
  roomId: uuid<RoomId>(),
  resourceUri: instanceUriOf('resources'),
  subject: party,
  receipt: compactJws(1024 * 1024),
});

/** The main key of an organisation was switched off: clients forget its keys (wires.md §12). A hint and no more. */
const keysRevokedFrame = z.object({
  type: z.literal('keys-revoked'),
  id: uuid(),
  organisationId: uuid<OrganisationId>(),
  /** Grows with each revocation and its end. */
  epoch: integer(0, Number.MAX_SAFE_INTEGER),
});

const removalRecordedFrame = z.object({
  type: z.literal('removal-recorded'),
  id: uuid(),
  operationId: operationIdSchema(),
});

const messagesFrame = z.object({
  type: z.literal('messages'),
  batch: uuid(),
  ...asker,
  deviceId,
  messages: list(sealed, 100).check(z.minLength(1)),
});

const operationFrame = z.object({
  type: z.literal('operation'),
  id: uuid(),
  operationId: operationIdSchema(),
  kind: operationKind,
  roomId: uuid<RoomId>(),
  ...asker,
  deviceId,
  resourceUri: z.optional(instanceUriOf('resources')),
  subjects: list(uuid<UserId>(), 2000),
  keyUri: z.optional(instanceUriOf('keys')),
  sealed,
});

const operationStatusFrame = z.object({
  type: z.literal('operation-status'),
  id: uuid(),
  operationId: operationIdSchema(),
  kind: operationKind,
  roomId: uuid<RoomId>(),
  ...asker,
});

/** The shapes of what a realm says. */
export const realmFrame = z.discriminatedUnion('type', [
  helloFrame,
  repliesFrame,
  doneFrame,
  operationResultFrame,
  removalFrame,
  keysRevokedFrame,
  streamOpenToFrame,
  streamCreditFrame,
  streamEndFromRealmFrame,
]);
/** The shapes of what the core says. */
export const coreFrame = z.discriminatedUnion('type', [
  messagesFrame,
  operationFrame,
  operationStatusFrame,
  removalRecordedFrame,
  streamOpenFromFrame,
  streamCreditFrame,
  streamEndFromCoreFrame,
]);

export type HelloFrame = z.infer<typeof helloFrame>;
export type RepliesFrame = z.infer<typeof repliesFrame>;
export type DoneFrame = z.infer<typeof doneFrame>;
export type OperationResultFrame = z.infer<typeof operationResultFrame>;
export type RemovalFrame = z.infer<typeof removalFrame>;
export type KeysRevokedFrame = z.infer<typeof keysRevokedFrame>;
export type RemovalRecordedFrame = z.infer<typeof removalRecordedFrame>;
export type MessagesFrame = z.infer<typeof messagesFrame>;
export type OperationFrame = z.infer<typeof operationFrame>;
export type OperationStatusFrame = z.infer<typeof operationStatusFrame>;

/** What a security realm says to the core (wires.md §4). */
export type RealmFrame = z.infer<typeof realmFrame>;
/** What the core says to a security realm (wires.md §4). */
export type CoreFrame = z.infer<typeof coreFrame>;

/** A hundred sealed messages of the usual size, or one reply with a long list. */
export const maxRealmFrameBytes = 48 * 1024 * 1024;

/** @throws CloisterError with a `wire/…` code */
export const parseRealmFrame = (input: Untrusted): RealmFrame => parseWith(realmFrame, input, maxRealmFrameBytes);

/** @throws CloisterError with a `wire/…` code */
export const parseCoreFrame = (input: Untrusted): CoreFrame => parseWith(coreFrame, input, maxRealmFrameBytes);
