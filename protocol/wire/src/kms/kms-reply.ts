import type { CloisterError } from '../errors/cloister-error.ts';
import type { KekUri } from '../kms-uri/instance-uri.ts';
import type { WrappingKeyState } from './kms-request.ts';
import type {
  AuthorizationRepresentation,
  ChannelRepresentation,
  HandshakeResponse,
  KeyRepresentation,
  KmsResponse,
  ResourceRepresentation,
  SearchKeyRepresentation,
  WrappingKeyRepresentation,
} from './kms-response.ts';
import type { CustomerMasterKey } from './master-key.ts';

/** The replies a KMS gives, one builder a shape (kms.md §1.4 to §1.6). */
export const kmsReply = {
  channel: (requestId: string, key: ChannelRepresentation): HandshakeResponse => ({ status: 201, requestId, key }),
  keysCreated: (requestId: string, keys: KeyRepresentation[]): KmsResponse => ({ status: 201, requestId, keys }),
  /** Keys of a resource, newest first. */
  keys: (requestId: string, keys: KeyRepresentation[]): KmsResponse => ({ status: 200, requestId, keys }),
  /** A key retrieved or bound. */
  key: (requestId: string, key: KeyRepresentation): KmsResponse => ({ status: 200, requestId, key }),
  /** Search keys of a room, oldest first (wires.md §14). */
  searchKeys: (requestId: string, searchKeys: SearchKeyRepresentation[]): KmsResponse => ({
    status: 200,
    requestId,
    searchKeys,
  }),
  resourceCreated: (requestId: string, resource: ResourceRepresentation): KmsResponse => ({
    status: 201,
    requestId,
    resource,
  }),
  resource: (requestId: string, resource: ResourceRepresentation): KmsResponse => ({
    status: 200,
    requestId,
    resource,
  }),
  authorizationsCreated: (requestId: string, authorizations: AuthorizationRepresentation[]): KmsResponse => ({
    status: 201,
    requestId,
    authorizations,
  }),
  authorizations: (requestId: string, authorizations: AuthorizationRepresentation[]): KmsResponse => ({
    status: 200,
    requestId,
    authorizations,
  }),
  /** Both names: the published client reads `authorizations`, the draft says `authorization`. */
  authorizationDeleted: (requestId: string, authorization: AuthorizationRepresentation): KmsResponse => ({
    status: 200,
    requestId,
    authorization,
    authorizations: [authorization],
  }),
  /** A KEK made or changed (kms.md §1.6). */
  kek: (requestId: string, uri: KekUri, state: WrappingKeyState): KmsResponse => ({
    status: 200,
    requestId,
    uri,
    state,
  }),
  wrappingKeys: (requestId: string, wrappingKeys: WrappingKeyRepresentation[]): KmsResponse => ({
    status: 200,
    requestId,
    wrappingKeys,
  }),
  /** The RSA key under which a main key is uploaded (kms.md §1.6). */
  publicKey: (requestId: string, publicKey: string): KmsResponse => ({ status: 200, requestId, publicKey }),
  /** Both shapes: its comment promises `uri` and `keysState`, the published test reads `customerMasterKeys`. */
  masterKeyCreated: (requestId: string, made: CustomerMasterKey): KmsResponse => ({
    status: 201,
    requestId,
    uri: made.uri,
    keysState: made.usageState,
    customerMasterKeys: [made],
  }),
  /** Main keys listed, or changed, the changed ones first. */
  masterKeys: (requestId: string, customerMasterKeys: CustomerMasterKey[]): KmsResponse => ({
    status: 200,
    requestId,
    customerMasterKeys,
  }),
  /** Nothing to report, such as a ping. */
  done: (requestId: string, status: 200 | 204 = 200): KmsResponse => ({ status, requestId }),
  /** A refusal. The reason is the code's sentence, so it is safe to show. */
  failure: (requestId: string, error: CloisterError): KmsResponse => ({
    status: error.status,
    requestId,
    reason: error.message,
    ...(error.errorCode === undefined ? {} : { errorCode: error.errorCode }),
    cloister: { code: error.code },
  }),
} as const;
