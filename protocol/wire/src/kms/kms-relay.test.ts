import { expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { jwe, jws, kmsHost } from '../testing/samples.ts';
import { maxKmsMessageLength, parseKmsDiscovery, parseKmsMessagesRequest } from './kms-relay.ts';

const body = { destination: 'kms://kms.realm.example', kmsMessages: [jwe, jwe] };

it('reads sealed messages for a key server, named with or without its scheme (kms.md §1.1)', () => {
  const expected = { destination: kmsHost, kmsMessages: [jwe, jwe] };
  expect(parseKmsMessagesRequest(body)).toEqual(expected);
  expect(parseKmsMessagesRequest({ ...body, destination: 'kms.realm.example' })).toEqual(expected);
});

it.each([
  ['nothing sealed', { ...body, kmsMessages: [] }],
  ['what is not sealed (R283)', { ...body, kmsMessages: ['{"method":"create"}'] }],
  ['a signed message', { ...body, kmsMessages: [jws] }],
  ['too many', { ...body, kmsMessages: Array(101).fill(jwe) }],
  ['one too long', { ...body, kmsMessages: [`a...a.${'a'.repeat(maxKmsMessageLength)}`] }],
  ['an address literal', { ...body, destination: 'kms://10.0.0.1' }],
  ['a path', { ...body, destination: 'kms://kms.realm.example/keys' }],
])('refuses %s', (_, input) => {
  expect(codeOf(() => parseKmsMessagesRequest(input))).toBe('wire/invalid-message');
});

const discovery = { kmsCluster: 'kms://kms.realm.example', rsaPublicKey: '{"kty":"RSA"}' };

it('keeps the static key a string, as published clients parse it themselves', () => {
  expect(parseKmsDiscovery(discovery)).toEqual(discovery);
  expect(codeOf(() => parseKmsDiscovery({ ...discovery, rsaPublicKey: { kty: 'RSA' } }))).toBe('wire/invalid-message');
});

it('gives a value or a wire error for any input', () => {
  expectTypedErrors(parseKmsMessagesRequest, body);
  expectTypedErrors(parseKmsDiscovery, discovery);
});
