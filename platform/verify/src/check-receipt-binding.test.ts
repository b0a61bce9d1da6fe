import { generateKeyPairSync } from 'node:crypto';
import { type ReceiptClaims, signReceipt, verifyReceipt } from '@cloister/receipts';
import type { KeyUri, KmsHost, OperationId, OrganisationId, ResourceUri, RoomId, UserId } from '@cloister/wire';
import { newId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { type BoundRequest, checkReceiptBinding } from './check-receipt-binding.ts';

const organisationId = newId<OrganisationId>();
const person = () => ({ id: newId<UserId>(), organisationId });
const [actor, bob, carol] = [person(), person(), person()];
const kmsHost = 'kms.acme.example' as KmsHost;
const resourceUri = `kms://${kmsHost}/resources/${newId()}` as ResourceUri;
const keyUri = `kms://${kmsHost}/keys/${newId()}` as KeyUri;
const operationId = 'ab'.repeat(32) as OperationId;
const roomId = newId<RoomId>();

const receipt: ReceiptClaims = {
  iss: kmsHost,
  operationId,
  status: 200,
  operation: 'add',
  room: roomId,
  resourceUri,
  actor,
  subjects: [bob, carol],
  keyUris: [keyUri],
  authorizationVersion: 2,
  previous: null,
  issuedAt: 1_800_000_000,
};
const request: BoundRequest = {
  kmsHost,
  operationId,
  operation: 'add',
  roomId,
  actor,
  subjects: [carol, bob],
  resourceUri,
  keyUri,
};

const check =
  (change: Partial<ReceiptClaims>, asked: BoundRequest = request) =>
  () =>
    checkReceiptBinding({ ...receipt, ...change }, asked);

describe('a receipt that decides the change that was asked for', () => {
  it('is accepted, in whatever order it names people, after its signature was verified', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const usable = async (key: typeof privateKey, use: 'sign' | 'verify') =>
      crypto.subtle.importKey('jwk', key.export({ format: 'jwk' }) as JsonWebKey, 'Ed25519', false, [use]);
    const jws = await signReceipt(receipt, { kid: 'r1', key: await usable(privateKey, 'sign') });
    const claims = await verifyReceipt(jws, { kmsHost, kid: 'r1', key: await usable(publicKey, 'verify') });
    expect(() => checkReceiptBinding(claims, request)).not.toThrow();
  });

  it('need not name a resource or key that the request does not', () => {
    const { resourceUri: _resource, keyUri: _key, ...bare } = request;
    expect(check({ resourceUri: null, keyUris: [] }, bare)).not.toThrow();
  });
});

describe('a receipt is refused', () => {
  const other = person();
  const cases: [string, Partial<ReceiptClaims>][] = [
    ['key server', { iss: 'kms.globex.example' as KmsHost }],
    ['operation id', { operationId: 'cd'.repeat(32) as OperationId }],
    ['room', { room: newId<RoomId>() }],
    ['actor', { actor: other }],
    ['actor', { actor: { ...actor, organisationId: newId<OrganisationId>() } }],
    ['operation', { operation: 'remove' }],
    ['subjects', { subjects: [bob] }],
    ['subjects', { subjects: [bob, carol, other] }],
    ['subjects', { subjects: [bob, other] }],
    ['subjects', { subjects: [bob, bob] }],
    ['subjects', { subjects: [bob, { ...carol, organisationId: newId<OrganisationId>() }] }],
    ['resource', { resourceUri: `kms://${kmsHost}/resources/${newId()}` as ResourceUri }],
    ['resource', { resourceUri: null }],
    ['key', { keyUris: [] }],
  ];
  it.each(cases)('that decides another %s (architecture §5)', (name, change) => {
    expect(check(change)).toThrow(
      expect.objectContaining({ code: 'wire/invalid-receipt', detail: `it decides another ${name}` }),
    );
  });
});

describe('a refusal', () => {
  const refusal: Partial<ReceiptClaims> = {
    status: 410,
    resourceUri: null,
    subjects: [],
    keyUris: [],
    operation: 'create',
  };

  it('binds by operation id, room and actor, since it decides that nothing happens', () => {
    expect(check(refusal)).not.toThrow();
  });

  it('of another operation, room or actor is refused itself', () => {
    expect(check({ ...refusal, operationId: 'cd'.repeat(32) as OperationId })).toThrow(/operation id/);
    expect(check({ ...refusal, room: newId<RoomId>() })).toThrow(/room/);
    expect(check({ ...refusal, actor: person() })).toThrow(/actor/);
  });
});
