import {
  instanceUriOf,
  isKmsHost,
  isOperationId,
  isUuid,
  type KmsHost,
  type OperationId,
  type OrganisationId,
  operationKind,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import * as z from 'zod/mini';

const uuid = <T extends string>() => z.custom<T>(isUuid);
const person = z.object({ id: uuid<UserId>(), organisationId: uuid<OrganisationId>() });
const sha256Hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** Whether the key server applied the change. */
export const isApplied = ({ status }: { readonly status: number }): boolean => status < 400;

/**
 * What a key server attests about one two-part change (architecture §5). What a refusal leaves undecided is null.
 * Members a later version adds are kept, since the signature covers them.
 */
const members = z.looseObject({
  /** The key server. */
  iss: z.custom<KmsHost>(isKmsHost),
  operationId: z.custom<OperationId>(isOperationId),
  /** The status of the sealed reply: below 400 the change is applied, else it is refused for good. */
  status: z.int().check(z.minimum(200), z.maximum(599)),
  operation: operationKind,
  room: uuid<RoomId>(),
  resourceUri: z.nullable(instanceUriOf('resources')),
  /** Who asked. */
  actor: person,
  /** Whose right to the room changed: everybody authorized by a create, whoever was added or removed. */
  subjects: z.array(person).check(z.maxLength(2000)),
  /** The keys the change bound. */
  keyUris: z.array(instanceUriOf('keys')).check(z.maxLength(100)),
  /** Counts the changes of the resource's authorizations, from 1. */
  authorizationVersion: z.nullable(z.int().check(z.minimum(0))),
  /** {@link receiptHash} of this resource's receipt before, null for its first. */
  previous: z.nullable(sha256Hex),
  /** Why it was refused, for the core to show (wires.md §9). */
  code: z.optional(z.string().check(z.regex(/^kms\/[a-z-]{1,64}$/))),
  /** On a removal the key server made by itself: the entry of identity's feed that says the person left. */
  leaver: z.optional(z.object({ entry: z.int().check(z.minimum(1)) })),
  /** Seconds since 1970. */
  issuedAt: z.number().check(z.minimum(0), z.maximum(253_402_300_799)),
});

/** An applied change names its resource and the version it led to; only a refusal may leave them out. */
export const receiptClaims = members.check(
  z.refine((claims) => !isApplied(claims) || (claims.resourceUri !== null && claims.authorizationVersion !== null)),
);

/** What a key server attests about one two-part change. */
export type ReceiptClaims = z.infer<typeof receiptClaims>;
