// What goes over Cloister's wires: ids, addresses, error codes, and a parser for every message. It does no I/O.
// It never learns a content key or a plaintext: what is sealed stays a string here.
// Spec: ../../../docs/wires.md
export * from './base64url.ts';
export * from './errors/cloister-error.ts';
export * from './errors/error-table.ts';
export * from './errors/problem.ts';
export * from './ids.ts';
export type * from './json/compact.ts';
export { isCompactJwe, isCompactJws } from './json/compact.ts';
export type { JsonObject, JsonValue } from './json/json-value.ts';
export { defaultMaxBytes, parseWith } from './json/parse-with.ts';
export { readJson, type Untrusted } from './json/read-json.ts';
export type { KmsCredential, KmsMethod } from './kms/frame.ts';
export type { EcPublicJwk, OctetJwk } from './kms/jwk.ts';
export { ecPublicJwk } from './kms/jwk.ts';
export {
  type KmsDiscovery,
  type KmsMessagesRequest,
  maxKmsMessageLength,
  parseKmsDiscovery,
  parseKmsMessagesRequest,
} from './kms/kms-relay.ts';
export { kmsReply } from './kms/kms-reply.ts';
export type { AuthorizationTarget, KmsOperation, KmsRequest } from './kms/kms-request.ts';
export type {
  AuthorizationRepresentation,
  ChannelRepresentation,
  HandshakeResponse,
  KeyRepresentation,
  KmsResponse,
  ResourceRepresentation,
} from './kms/kms-response.ts';
export { maxKmsRequestBytes, parseKmsRequest } from './kms/parse-kms-request.ts';
export { parseHandshakeResponse, parseKmsResponse } from './kms/parse-kms-response.ts';
export { formatKmsUri } from './kms-uri/format-kms-uri.ts';
export * from './kms-uri/instance-uri.ts';
export * from './kms-uri/kms-host.ts';
export type { AuthId, KmsCollection, KmsUri } from './kms-uri/kms-uri.ts';
export { isAuthId, isResourceAuthId, isUserAuthId, parseKmsUri } from './kms-uri/parse-kms-uri.ts';
