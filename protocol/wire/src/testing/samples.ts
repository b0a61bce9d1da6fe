import type { ActivityId, DeviceId, OrganisationId, RoomId, SessionId, UserId, Uuid } from '../ids.ts';
import type { CompactJwe, CompactJws } from '../json/compact.ts';
import { instanceUri } from '../kms-uri/instance-uri.ts';
import type { KmsHost } from '../kms-uri/kms-host.ts';

const uuid = (digit: number) => `${digit}`.repeat(8).concat('-1111-4111-8111-111111111111');

export const alice = uuid(1) as UserId;
export const bob = uuid(2) as UserId;
export const carol = uuid(3) as UserId;
export const acme = uuid(4) as OrganisationId;
export const room = uuid(5) as RoomId;
export const activityId = uuid(6) as ActivityId;
export const deviceId = uuid(7) as DeviceId;
export const sid = uuid(8) as SessionId;
export const other = uuid(9) as Uuid;

export const kmsHost = 'kms.realm.example' as KmsHost;
export const keyUri = instanceUri(kmsHost, 'keys', other);
export const resourceUri = instanceUri(kmsHost, 'resources', other);
export const authorizationUri = instanceUri(kmsHost, 'authorizations', other);
export const kekUri = instanceUri(kmsHost, 'kek', other);
export const masterKeyUri = instanceUri(kmsHost, 'cmk', other);
export const channelUri = instanceUri(kmsHost, 'ecdhe', other);

/** "hello", sealed by a published client (kms.md §2). */
export const jwe =
  'eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..mox8x2gjHqpItX1w.RQek5Fo.cSj8zh1RqNQqjBSDlAQdzw' as CompactJwe;
export const jws = 'eyJhbGciOiJFZERTQSJ9.e30.AAAA' as CompactJws;

/** A client's public key from a captured handshake (kms.md §4). */
export const ecJwk = {
  kty: 'EC',
  crv: 'P-256',
  kid: 'W0WdbDstqJsa18k40QBiYjXzGthKTPSOeNO3eN0beNw',
  x: '3CNUA2L0n6NxIqCzlHid1bb7lK5WaCH3eF7f4nwTdrI',
  y: 'bZoKgyhj8BJCCg5Dn9yAg0ZTXM2DKV_my3ZhXFXKTHI',
} as const;

/** What every captured KMS request carries. */
export const client = {
  clientId: 'https://wdm.example/devices/1',
  credential: { userId: alice, bearer: 'TOKEN' },
};
export const requestId = 'acc8888f-e330-4258-b843-e40c5baef2cb';
