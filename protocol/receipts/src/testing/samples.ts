import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { CompactJws, KmsHost, OperationId, OrganisationId, RoomId, UserId, Uuid } from '@cloister/wire';
import { instanceUri } from '@cloister/wire';
import type { ReceiptClaims } from '../receipt-claims.ts';

const uuid = (digit: number) => `${digit}`.repeat(8).concat('-1111-4111-8111-111111111111');

export const alice = uuid(1) as UserId;
const bob = uuid(2) as UserId;
const acme = uuid(4) as OrganisationId;
export const kmsHost = 'kms.realm.example' as KmsHost;

/** The first key of RFC 8032 §7.1. */
export const jwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} as const;
export const privateKey = createPrivateKey({ format: 'jwk', key: jwk });
export const publicKey = createPublicKey(privateKey);

export const signer = { kid: 'receipt-1', key: privateKey };
export const issuer = { kid: 'receipt-1', key: publicKey, kmsHost };

/** Bob added to a room by Alice. */
export const claims: ReceiptClaims = {
  iss: kmsHost,
  operationId: 'ab'.repeat(32) as OperationId,
  status: 201,
  operation: 'add',
  room: uuid(5) as RoomId,
  resourceUri: instanceUri(kmsHost, 'resources', uuid(9) as Uuid),
  actor: { id: alice, organisationId: acme },
  subjects: [{ id: bob, organisationId: acme }],
  keyUris: [],
  authorizationVersion: 2,
  previous: 'cd'.repeat(32),
  issuedAt: 1_795_000_000,
};

/** {@link claims} signed with node:crypto alone; Ed25519 signatures are deterministic (RFC 8032 §5.1.6). */
export const knownReceipt =
  'eyJhbGciOiJFZERTQSIsImtpZCI6InJlY2VpcHQtMSIsInR5cCI6ImNsb2lzdGVyLXJlY2VpcHQrandzIn0.eyJpc3MiOiJrbXMucmVhbG0uZXhhbXBsZSIsIm9wZXJhdGlvbklkIjoiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYiIsInN0YXR1cyI6MjAxLCJvcGVyYXRpb24iOiJhZGQiLCJyb29tIjoiNTU1NTU1NTUtMTExMS00MTExLTgxMTEtMTExMTExMTExMTExIiwicmVzb3VyY2VVcmkiOiJrbXM6Ly9rbXMucmVhbG0uZXhhbXBsZS9yZXNvdXJjZXMvOTk5OTk5OTktMTExMS00MTExLTgxMTEtMTExMTExMTExMTExIiwiYWN0b3IiOnsiaWQiOiIxMTExMTExMS0xMTExLTQxMTEtODExMS0xMTExMTExMTExMTEiLCJvcmdhbmlzYXRpb25JZCI6IjQ0NDQ0NDQ0LTExMTEtNDExMS04MTExLTExMTExMTExMTExMSJ9LCJzdWJqZWN0cyI6W3siaWQiOiIyMjIyMjIyMi0xMTExLTQxMTEtODExMS0xMTExMTExMTExMTEiLCJvcmdhbmlzYXRpb25JZCI6IjQ0NDQ0NDQ0LTExMTEtNDExMS04MTExLTExMTExMTExMTExMSJ9XSwia2V5VXJpcyI6W10sImF1dGhvcml6YXRpb25WZXJzaW9uIjoyLCJwcmV2aW91cyI6ImNkY2RjZGNkY2RjZGNkY2RjZGNkY2RjZGNkY2RjZGNkY2RjZGNkY2RjZGNkY2RjZGNkY2RjZGNkY2RjZGNkY2QiLCJpc3N1ZWRBdCI6MTc5NTAwMDAwMH0.UIdf_ham7stRZ1a_0MjMD-G-iRV4JGKgLWYyBU96u8fBe3GdB9Hpx3PyBjXrdqx91DihGDxh_bgzlJ00LPx2Ag' as CompactJws;
