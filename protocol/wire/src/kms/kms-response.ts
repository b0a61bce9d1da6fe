import * as z from 'zod/mini';
import type { OrganisationId } from '../ids.ts';
import { compactJws } from '../json/compact.ts';
import { base64urlOf, integer, jsonObject, text, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import type { AuthId } from '../kms-uri/kms-uri.ts';
import { isAuthId } from '../kms-uri/parse-kms-uri.ts';
import { ecPublicJwk, octetJwk } from './jwk.ts';
import { customerMasterKey, usageState } from './master-key.ts';

const date = z.string();
const wrappingKeyState = z.enum(['active', 'inactive']);
const cloister = z.optional(jsonObject());

/** A content key as the KMS hands it out (kms.md §1.6, keyRep). */
export const keyRepresentation = z.object({
  uri: instanceUriOf('keys'),
  jwk: octetJwk,
  userId: z.optional(z.string()),
  clientId: z.optional(z.string()),
  createDate: z.optional(date),
  expirationDate: z.optional(date),
  bindDate: z.optional(date),
  resourceUri: z.optional(instanceUriOf('resources')),
  cloister,
});

/** The KMS's half of a new secure channel (kms.md §1.4). `expirationDate` is required: published clients drop a channel without it. */
export const channelRepresentation = z.object({
  uri: instanceUriOf('ecdhe'),
  jwk: ecPublicJwk,
  userId: z.optional(z.string()),
  clientId: z.optional(z.string()),
  createDate: z.optional(date),
  expirationDate: date,
  cloister,
});

/** A room's resource. */
export const resourceRepresentation = z.object({
  uri: instanceUriOf('resources'),
  authorizationUris: z._default(z.array(instanceUriOf('authorizations')), []),
  keyUris: z._default(z.array(instanceUriOf('keys')), []),
  expirationDate: z.optional(date),
  cloister,
});

/** Somebody's right to a resource. */
export const authorizationRepresentation = z.object({
  uri: instanceUriOf('authorizations'),
  authId: z.custom<AuthId>(isAuthId),
  resourceUri: instanceUriOf('resources'),
  /** Of a new anonymous one, once: who holds it may read. */
  bearer: z.optional(compactJws(4096)),
  expirationDate: z.optional(date),
  cloister,
});

/** A KEK or a main key as the draft's administration lists it (kms.md §1.6). */
export const wrappingKeyRepresentation = z.object({
  uri: z.union([instanceUriOf('kek'), instanceUriOf('cmk')]),
  state: wrappingKeyState,
  assignedOrgId: z.nullable(uuid<OrganisationId>()),
  cloister,
});

/** Under which an organisation's indexer makes the tokens of a room from some day on (wires.md §14). */
export const searchKeyRepresentation = z.object({
  /** From 1, without gaps. */
  epoch: integer(1, 2 ** 31 - 1),
  createdAt: date,
  jwk: z.object({ kty: z.literal('oct'), k: base64urlOf(32) }),
});

export type SearchKeyRepresentation = z.infer<typeof searchKeyRepresentation>;
export type WrappingKeyRepresentation = z.infer<typeof wrappingKeyRepresentation>;
export type KeyRepresentation = z.infer<typeof keyRepresentation>;
export type ChannelRepresentation = z.infer<typeof channelRepresentation>;
export type ResourceRepresentation = z.infer<typeof resourceRepresentation>;
export type AuthorizationRepresentation = z.infer<typeof authorizationRepresentation>;

/** What every reply carries. `requestId` is how clients find the request, so it is never missing. */
const responseFrame = {
  status: z.int().check(z.minimum(200), z.maximum(599)),
  requestId: text(256),
  reason: z.optional(z.string()),
  errorCode: z.optional(z.number()),
  redirectUri: z.optional(z.string()),
  cloister,
};

/** A reply to anything but a handshake, members as published; others are dropped. */
export const kmsResponse = z.object({
  ...responseFrame,
  key: z.optional(keyRepresentation),
  keys: z.optional(z.array(keyRepresentation)),
  /** Oldest first. */
  searchKeys: z.optional(z.array(searchKeyRepresentation)),
  resource: z.optional(resourceRepresentation),
  authorization: z.optional(authorizationRepresentation),
  authorizations: z.optional(z.array(authorizationRepresentation)),
  /** A KEK made or changed, or a main key made. */
  uri: z.optional(z.union([instanceUriOf('kek'), instanceUriOf('cmk')])),
  state: z.optional(wrappingKeyState),
  /** On the wire `keys`, as the draft has it: see {@link writeKmsResponse}. */
  wrappingKeys: z.optional(z.array(wrappingKeyRepresentation)),
  /** The RSA key under which a main key is uploaded: SPKI PEM without a newline at its end. */
  publicKey: z.optional(text(8192)),
  /** The state of a main key made. */
  keysState: z.optional(usageState),
  customerMasterKeys: z.optional(z.array(customerMasterKey)),
});

/** A reply to a handshake. */
export const handshakeResponse = z.object({ ...responseFrame, key: z.optional(channelRepresentation) });

export type KmsResponse = z.infer<typeof kmsResponse>;
export type HandshakeResponse = z.infer<typeof handshakeResponse>;
