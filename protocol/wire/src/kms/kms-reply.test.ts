import { describe, expect, it } from 'vitest';
import { CloisterError } from '../errors/cloister-error.ts';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import {
  acme,
  alice,
  authorizationUri,
  bob,
  channelUri,
  ecJwk,
  jws,
  kekUri,
  keyUri,
  requestId,
  resourceUri,
} from '../testing/samples.ts';
import { kmsReply } from './kms-reply.ts';
import type { KeyRepresentation } from './kms-response.ts';
import { parseHandshakeResponse, parseKmsResponse, writeKmsResponse } from './parse-kms-response.ts';

const key: KeyRepresentation = {
  uri: keyUri,
  jwk: { kid: keyUri, kty: 'oct', k: '5eS8ujt_ggA1n-3Y0yV-lw31QYR0KHVN4r2zpOd5uGM' },
  userId: alice,
  clientId: 'https://wdm.example/devices/1',
  createDate: '2026-11-21T20:21:10.106Z',
  expirationDate: '2026-11-21T20:31:10.106Z',
};
const resource = { uri: resourceUri, authorizationUris: [authorizationUri], keyUris: [keyUri] };
const authorization = { uri: authorizationUri, authId: bob, resourceUri };
const channel = {
  uri: channelUri,
  jwk: { kty: 'EC', crv: 'P-256', x: ecJwk.x, y: ecJwk.y } as const,
  userId: alice,
  clientId: 'https://wdm.example/devices/1',
  createDate: '2026-11-21T20:21:10.099Z',
  expirationDate: '2026-11-21T21:21:10.100Z',
};

const replies = [
  kmsReply.keysCreated(requestId, [key, key]),
  kmsReply.keys(requestId, []),
  kmsReply.key(requestId, { ...key, resourceUri, bindDate: '2026-11-21T20:21:11.681Z' }),
  kmsReply.searchKeys(requestId, [
    { epoch: 1, createdAt: '2026-11-21T20:21:10.106Z', jwk: { kty: 'oct', k: key.jwk.k } },
  ]),
  kmsReply.resourceCreated(requestId, resource),
  kmsReply.resource(requestId, resource),
  kmsReply.authorizationsCreated(requestId, [authorization]),
  kmsReply.authorizations(requestId, [{ ...authorization, authId: resourceUri }]),
  kmsReply.authorizationDeleted(requestId, authorization),
  kmsReply.authorizationsCreated(requestId, [{ ...authorization, authId: authorizationUri, bearer: jws }]),
  kmsReply.kek(requestId, kekUri, 'inactive'),
  kmsReply.wrappingKeys(requestId, [{ uri: kekUri, state: 'active', assignedOrgId: null }]),
  kmsReply.done(requestId),
  kmsReply.done(requestId, 204),
  kmsReply.failure(requestId, new CloisterError('kms/revoked')),
];

describe('a KMS reply', () => {
  it.each(replies.map((reply) => [reply.status, reply] as const))(
    'of status %i reads back as it was built',
    (_, reply) => {
      expect(parseKmsResponse(writeKmsResponse(reply))).toEqual(reply);
    },
  );

  it('lists KEKs under the name that the draft gives them (kms.md §1.6)', () => {
    const listed = { uri: kekUri, state: 'active' as const, assignedOrgId: acme };
    expect(JSON.parse(writeKmsResponse(kmsReply.wrappingKeys(requestId, [listed])))).toEqual({
      status: 200,
      requestId,
      keys: [listed],
    });
  });

  it('to a handshake reads back as it was built (R300)', () => {
    const reply = kmsReply.channel(requestId, channel);
    expect(parseHandshakeResponse(JSON.stringify(reply))).toEqual(reply);
  });

  it('has the captured shape (kms.md §4)', () => {
    expect(kmsReply.keysCreated(requestId, [key])).toEqual({ status: 201, requestId, keys: [key] });
    expect(kmsReply.resourceCreated(requestId, resource)).toEqual({ status: 201, requestId, resource });
    expect(kmsReply.key(requestId, key)).toEqual({ status: 200, requestId, key });
  });

  it('names a removal in the published way and in the draft’s', () => {
    const { authorization: single, authorizations } = kmsReply.authorizationDeleted(requestId, authorization);
    expect(authorizations).toEqual([single]);
  });

  it('to a refused request carries status, sentence and both codes', () => {
    const error = new CloisterError('kms/revoked', { cause: new TypeError('row 7') });
    expect(kmsReply.failure(requestId, error)).toEqual({
      status: 405,
      requestId,
      reason: "The organisation's main key is revoked",
      errorCode: 405005,
      cloister: { code: 'kms/revoked' },
    });
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parseKmsResponse, ...replies);
    expectTypedErrors(parseHandshakeResponse, kmsReply.channel(requestId, channel));
  });

  it.each([
    ['without a request id', { status: 200 }],
    ['without a status', { requestId }],
    ['with a key of another length', { status: 200, requestId, key: { ...key, jwk: { ...key.jwk, k: 'AAAA' } } }],
    ['with a key from nowhere', { status: 200, requestId, key: { ...key, uri: '/keys/1' } }],
  ])('%s is refused', (_, reply) => {
    expect(codeOf(() => parseKmsResponse(reply))).toBe('wire/invalid-message');
  });

  it('to a handshake without an end is refused: such a channel would never close', () => {
    const { expirationDate: _, ...endless } = channel;
    expect(codeOf(() => parseHandshakeResponse({ status: 201, requestId, key: endless }))).toBe('wire/invalid-message');
  });

  it('may carry what a later version adds', () => {
    expect(parseKmsResponse({ status: 200, requestId, later: { a: 1 } })).toEqual({ status: 200, requestId });
  });
});
