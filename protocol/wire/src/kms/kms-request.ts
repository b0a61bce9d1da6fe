import type { OrganisationId, RoomId, UserId } from '../ids.ts';
import type { CompactJws } from '../json/compact.ts';
import type {
  AuthorizationUri,
  ChannelUri,
  KekUri,
  KeyUri,
  MasterKeyUri,
  ResourceUri,
} from '../kms-uri/instance-uri.ts';
import type { KmsHost } from '../kms-uri/kms-host.ts';
import type { AuthId } from '../kms-uri/kms-uri.ts';
import type { KmsCredential, KmsMethod } from './frame.ts';
import type { EcPublicJwk } from './jwk.ts';
import type { MasterKeySource, RequestedKeyState } from './master-key.ts';
import type { OutsidePolicy } from './outside.ts';

/** What a request asks for. All addresses are absolute. */
export type KmsOperation =
  | { readonly operation: 'createEphemeralKey'; readonly jwk: EcPublicJwk }
  | { readonly operation: 'deleteEphemeralKey'; readonly channelUri: ChannelUri }
  | { readonly operation: 'createKeys'; readonly count: number }
  | ({ readonly operation: 'retrieveKey'; readonly keyUri: KeyUri } & Presented)
  | ({
      readonly operation: 'createResource';
      readonly authIds: readonly AuthId[];
      readonly keyUris: readonly KeyUri[];
    } & Terms)
  | { readonly operation: 'retrieveResource'; readonly resourceUri: ResourceUri }
  | ({
      readonly operation: 'listResourceKeys';
      readonly resourceUri: ResourceUri;
      readonly boundAfter?: string | undefined;
      readonly boundBefore?: string | undefined;
      readonly count?: number | undefined;
    } & Presented)
  /** Under which an organisation's indexer makes the tokens of a room (wires.md §14). */
  | { readonly operation: 'retrieveSearchKeys'; readonly resourceUri: ResourceUri }
  | { readonly operation: 'bindKey'; readonly keyUri: KeyUri; readonly resourceUri: ResourceUri }
  | ({
      readonly operation: 'createAuthorizations';
      readonly resourceUri: ResourceUri;
      readonly authIds: readonly AuthId[];
    } & Terms)
  | {
      readonly operation: 'listAuthorizations';
      readonly resourceUri: ResourceUri;
      readonly authId?: AuthId | undefined;
    }
  | {
      readonly operation: 'appointModerators';
      readonly resourceUri: ResourceUri;
      readonly userIds: readonly UserId[];
    }
  | { readonly operation: 'dismissModerator'; readonly resourceUri: ResourceUri; readonly userId: UserId }
  | { readonly operation: 'listModerators'; readonly resourceUri: ResourceUri }
  | { readonly operation: 'deleteAuthorization'; readonly target: AuthorizationTarget }
  /** The draft's bulk removal (kms.md §1.6). */
  | {
      readonly operation: 'deleteAuthorizations';
      readonly resourceUri: ResourceUri;
      readonly authIds: readonly AuthId[];
    }
  /** The draft's administration (kms.md §1.6), of the asker's organisation or the one named. */
  | ({ readonly operation: 'createKek' } & OfOrganisation)
  | ({ readonly operation: 'listKeks' } & OfOrganisation)
  | ({ readonly operation: 'updateKek'; readonly kekUri: KekUri; readonly state: WrappingKeyState } & OfOrganisation)
  | { readonly operation: 'listDefaultMasterKey' }
  /** Main keys of an organisation of its own (wires.md §12). */
  | ({ readonly operation: 'retrievePublicKey' } & OfItsOwn)
  | ({ readonly operation: 'createMasterKey'; readonly given: GivenMasterKey; readonly activate: boolean } & OfItsOwn)
  | ({ readonly operation: 'listMasterKeys'; readonly source: MasterKeySource } & OfItsOwn)
  | ({ readonly operation: 'diagnoseMasterKey'; readonly masterKeyUri: MasterKeyUri } & OfItsOwn)
  | ({
      readonly operation: 'updateMasterKey';
      readonly masterKeyUri: MasterKeyUri;
      readonly state: RequestedKeyState;
    } & OfItsOwn)
  | ({ readonly operation: 'useDefaultMasterKey' } & OfItsOwn)
  | ({ readonly operation: 'deleteMasterKeys'; readonly source: MasterKeySource } & OfItsOwn)
  /** Other organisations, of the asker's own (wires.md §13). */
  | { readonly operation: 'retrieveOutside' }
  | { readonly operation: 'setOutsidePolicy'; readonly policy: OutsidePolicy; readonly version?: number | undefined }
  | { readonly operation: 'pauseOrganisation'; readonly organisationId: OrganisationId; readonly paused: boolean }
  | { readonly operation: 'ping' }
  /** Published or drafted, and not offered: the KMS answers 501. */
  | { readonly operation: 'unsupported' };

/** What the draft lets say of new authorizations: how long they hold (seconds, 0 for ever), how many name nobody, as what. */
export type Terms = {
  readonly ttl?: number | undefined;
  readonly anonymous?: number | undefined;
  readonly roleUri?: string | undefined;
};

/** The bearer of an anonymous authorization, by which its holder reads. */
type Presented = { readonly bearer?: CompactJws | undefined };

/** A new main key: 256 bits under the hsm's public key (standard base64 of one RSA block), or the ARN of one at Amazon. */
export type GivenMasterKey =
  | { readonly source: 'BYOK'; readonly wrapped: string }
  | { readonly source: 'AWS_KMS'; readonly arn: string };

/** The organisation, and the version of its main keys that the asker has seen, if it matters. */
type OfItsOwn = { readonly organisationId: OrganisationId; readonly version?: number | undefined };

type OfOrganisation = { readonly organisationId?: OrganisationId | undefined };

/** Whether what a KEK wraps is released. */
export type WrappingKeyState = 'active' | 'inactive';

/** Which authorization to delete: the one of somebody on a resource, or one by its own address. */
export type AuthorizationTarget =
  | { readonly by: 'subject'; readonly resourceUri: ResourceUri; readonly authId: AuthId }
  | { readonly by: 'uri'; readonly authorizationUri: AuthorizationUri };

/** A typed KMS request. `host` is the key server its address names: the asked one, or a foreign one (federation). */
export type KmsRequest = KmsOperation & {
  readonly requestId: string;
  readonly method: KmsMethod;
  readonly host: KmsHost;
  /** The address as sent, for comparing two requests with one id. */
  readonly uri: string;
  readonly client: { readonly clientId: string; readonly credential: KmsCredential };
  /** The room that our clients put inside the sealed part (wires.md §4). */
  readonly roomId?: RoomId | undefined;
};
