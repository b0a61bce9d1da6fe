// What goes over Cloister's wires: ids, addresses, error codes, and a parser for every message. It does no I/O.
// It never learns a content key or a plaintext: what is sealed stays a string here.
// Spec: ../../../docs/wires.md
export * from './base64url.ts';
export * from './conversation/activity.ts';
export type * from './conversation/activity-object.ts';
export type * from './conversation/activity-request.ts';
export * from './conversation/cloister-member.ts';
export * from './conversation/conversation.ts';
export * from './conversation/conversation-create.ts';
export * from './conversation/parse-activity-object.ts';
export { maxActivityBytes, parseActivityRequest } from './conversation/parse-activity-request.ts';
export * from './conversation/profiles.ts';
export * from './conversation/room-change.ts';
export { maxSealedText } from './conversation/sealed-text.ts';
export * from './core/device.ts';
export * from './core/error-body.ts';
export * from './core/key-limits.ts';
export * from './core/service-catalogue.ts';
export * from './core/upload-session.ts';
export * from './deployment/endpoints.ts';
export * from './errors/cloister-error.ts';
export * from './errors/error-table.ts';
export * from './errors/problem.ts';
export * from './federation/federated-change.ts';
export * from './federation/federated-keys.ts';
export * from './federation/federated-list.ts';
export * from './federation/federated-readers.ts';
export * from './federation/federated-removal.ts';
export * from './federation/federation-realm.ts';
export * from './functions/function-work.ts';
export {
  maxPagesOfFile,
  maxPagesOfShare,
  type TranscodedCollection,
  type TranscodedPage,
} from './functions/transcoded-page.ts';
export * from './identity/administration.ts';
export * from './identity/domain-name.ts';
export * from './identity/people-statement.ts';
export * from './identity/purpose.ts';
export * from './identity/status-feed.ts';
export * from './identity/token-claims.ts';
export * from './identity/user-lookup.ts';
export * from './ids.ts';
export type * from './json/compact.ts';
export { isCompactJwe, isCompactJws } from './json/compact.ts';
export type { JsonObject, JsonValue } from './json/json-value.ts';
export { checkWith, defaultMaxBytes, parseWith } from './json/parse-with.ts';
export { readJson, type Untrusted } from './json/read-json.ts';
export { type DeclaredReaders, parseDeclaredReaders } from './kms/declared-readers.ts';
export type { KmsCredential, KmsMethod } from './kms/frame.ts';
export type { EcPublicJwk, EdPublicJwk, OctetJwk } from './kms/jwk.ts';
export { ecPublicJwk, edPublicJwk } from './kms/jwk.ts';
export {
  type KmsDiscovery,
  type KmsMessagesRequest,
  maxKmsMessageLength,
  parseKmsDiscovery,
  parseKmsMessagesRequest,
} from './kms/kms-relay.ts';
export { kmsReply } from './kms/kms-reply.ts';
export type {
  AuthorizationTarget,
  GivenMasterKey,
  KmsOperation,
  KmsRequest,
  WrappingKeyState,
} from './kms/kms-request.ts';
export type {
  AuthorizationRepresentation,
  ChannelRepresentation,
  HandshakeResponse,
  KeyRepresentation,
  KmsResponse,
  ResourceRepresentation,
  SearchKeyRepresentation,
  WrappingKeyRepresentation,
} from './kms/kms-response.ts';
export type {
  CustomerMasterKey,
  MasterKeyAct,
  MasterKeyDiagnosis,
  MasterKeyEventView,
  MasterKeyOverview,
  MasterKeySource,
  MasterKeyState,
  MasterKeyView,
  RequestedKeyState,
  UsageState,
} from './kms/master-key.ts';
export {
  maxOutsideDomains,
  type OutsideMode,
  type OutsideOrganisation,
  type OutsideOverview,
  type OutsidePeer,
  type OutsidePolicy,
  parseOutsideReply,
} from './kms/outside.ts';
export { maxKmsRequestBytes, parseKmsRequest } from './kms/parse-kms-request.ts';
export { parseHandshakeResponse, parseKmsResponse, writeKmsResponse } from './kms/parse-kms-response.ts';
export { parseMasterKeyReply } from './kms/parse-master-key-reply.ts';
export { requestIdOf } from './kms/request-id-of.ts';
export { formatKmsUri } from './kms-uri/format-kms-uri.ts';
export * from './kms-uri/instance-uri.ts';
export * from './kms-uri/kms-host.ts';
export type { AuthId, KmsCollection, KmsUri } from './kms-uri/kms-uri.ts';
export { isAuthId, isResourceAuthId, isUserAuthId, parseKmsUri } from './kms-uri/parse-kms-uri.ts';
export * from './realm/joining.ts';
export * from './realm/joining-code.ts';
export * from './realm/operation.ts';
export * from './realm/realm-frames.ts';
export * from './realm/stream-bytes.ts';
export {
  isStreamFrame,
  maxStreams,
  type StreamCreditFrame,
  type StreamEndFrame,
  type StreamEndReason,
  type StreamFrame,
  type StreamOpenFromFrame,
  type StreamOpenToFrame,
  streamCredit,
} from './realm/stream-frames.ts';
export type { Expression } from './search/expression.ts';
export {
  type IndexedRoom,
  type IndexNumbers,
  type IndexPage,
  type IndexState,
  type PostingsAnswer,
  parseIndexNumbers,
  parseIndexPage,
  parsePostingsAnswer,
  parseRoomsToIndex,
  type RoomsToIndex,
} from './search/index-answers.ts';
export * from './search/index-figures.ts';
export * from './search/limits.ts';
export * from './search/plan.ts';
export * from './search/postings.ts';
export * from './search/query-outcome.ts';
export * from './search/query-request.ts';
export * from './search/result-line.ts';
export { type TokenList, tokenCount } from './search/token-list.ts';
export * from './socket/client-frame.ts';
export * from './socket/event-data.ts';
export * from './socket/server-frame.ts';
export { packUuids, unpackUuids } from './uuid-bytes.ts';
