import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, alice, bob, deviceId, jwe, jws, keyUri, kmsHost, other, resourceUri, room } from '../testing/samples.ts';
import { parseCoreFrame, parseRealmFrame } from './realm-frames.ts';

const operationId = 'ab'.repeat(32);

const fromRealm = [
  {
    type: 'hello',
    node: other,
    kmsHost,
    discovery: { kmsCluster: `kms://${kmsHost}`, rsaPublicKey: '{}' },
    receiptKid: 'r1',
  },
  {
    type: 'replies',
    batch: other,
    replies: [
      { index: 0, message: jwe },
      { index: 99, message: jws },
    ],
  },
  { type: 'done', batch: other },
  { type: 'operation-result', id: other, operationId, status: 201, reply: jwe, receipt: jws },
  { type: 'operation-result', id: other, operationId, status: 410, reply: null, receipt: jws },
  {
    type: 'removal',
    id: other,
    operationId,
    roomId: room,
    resourceUri,
    subject: { id: bob, organisationId: acme },
    receipt: jws,
  },
  { type: 'keys-revoked', id: other, organisationId: acme, epoch: 3 },
  { type: 'stream-open', stream: other, to: kmsHost },
];
const fromCore = [
  { type: 'messages', batch: other, userId: alice, organisationId: acme, deviceId, messages: [jwe] },
  { type: 'messages', batch: other, userId: alice, organisationId: acme, deviceId: null, messages: [jwe] },
  {
    type: 'operation',
    id: other,
    operationId,
    kind: 'add',
    roomId: room,
    userId: alice,
    organisationId: acme,
    deviceId,
    resourceUri,
    subjects: [bob],
    keyUri,
    sealed: jwe,
  },
  { type: 'operation-status', id: other, operationId, kind: 'add', roomId: room, userId: alice, organisationId: acme },
  { type: 'removal-recorded', id: other, operationId },
  { type: 'stream-open', stream: other, from: kmsHost },
  { type: 'stream-end', stream: other, reason: 'unknown-realm' },
];
const bothWays = [
  { type: 'stream-credit', stream: other, bytes: 1 },
  { type: 'stream-credit', stream: other, bytes: 262_144 },
  { type: 'stream-end', stream: other },
  { type: 'stream-end', stream: other, reason: 'refused' },
  { type: 'stream-end', stream: other, reason: 'broken' },
];

describe('the realm link (R282, R283)', () => {
  it.each(fromRealm)('reads $type from a realm', (frame) => {
    expect(parseRealmFrame(JSON.stringify(frame))).toEqual(frame);
    expect(codeOf(() => parseCoreFrame(frame))).toBe('wire/invalid-message');
  });

  it.each(fromCore)('reads $type from the core', (frame) => {
    expect(parseCoreFrame(JSON.stringify(frame))).toEqual(frame);
    expect(codeOf(() => parseRealmFrame(frame))).toBe('wire/invalid-message');
  });

  it.each(bothWays)('reads $type both ways', (frame) => {
    expect(parseRealmFrame(JSON.stringify(frame))).toEqual(frame);
    expect(parseCoreFrame(JSON.stringify(frame))).toEqual(frame);
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parseRealmFrame, ...fromRealm, ...bothWays);
    expectTypedErrors(parseCoreFrame, ...fromCore, ...bothWays);
  });

  it.each([
    ['no credit', { ...bothWays[0], bytes: 0 }],
    ['more credit than there is', { ...bothWays[0], bytes: 262_145 }],
    ['a part of a byte', { ...bothWays[0], bytes: 1.5 }],
    ['a stream without an id', { ...bothWays[2], stream: 'x' }],
    ['an unknown reason', { ...bothWays[2], reason: 'bored' }],
    ['a stream to an address', { type: 'stream-open', stream: other, to: '10.0.0.1', from: '10.0.0.1' }],
  ])('refuses %s', (_, frame) => {
    expect(codeOf(() => parseRealmFrame(frame))).toBe('wire/invalid-message');
    expect(codeOf(() => parseCoreFrame(frame))).toBe('wire/invalid-message');
  });

  it.each([
    [
      'a reply in the clear (R283)',
      { type: 'replies', batch: other, replies: [{ index: 0, message: '{"status":200}' }] },
    ],
    ['a reply beyond its batch', { type: 'replies', batch: other, replies: [{ index: 100, message: jwe }] }],
    ['a result without a receipt', { ...fromRealm[3], receipt: undefined }],
    ['an operation id in capitals', { ...fromRealm[3], operationId: operationId.toUpperCase() }],
    ['a hello of an address', { ...fromRealm[0], kmsHost: '10.0.0.1' }],
  ])('refuses %s', (_, frame) => {
    expect(codeOf(() => parseRealmFrame(frame))).toBe('wire/invalid-message');
  });

  it.each([
    ['an empty batch', { ...fromCore[0], messages: [] }],
    ['a batch too large', { ...fromCore[0], messages: Array(101).fill(jwe) }],
    ['a message in the clear (R283)', { ...fromCore[0], messages: ['{}'] }],
    ['an unknown change', { ...fromCore[2], kind: 'rename' }],
    ['a person by e-mail (R421)', { ...fromCore[2], subjects: ['bob@acme.example'] }],
  ])('refuses %s', (_, frame) => {
    expect(codeOf(() => parseCoreFrame(frame))).toBe('wire/invalid-message');
  });
});
