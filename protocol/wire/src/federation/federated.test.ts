import { describe, expect, it } from 'vitest';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { kmsHost } from '../testing/samples.ts';
import { changeAsked, changeDecided, closureAsked } from './federated-change.ts';
import { keysAsked, keysGiven, maxFederatedKeys } from './federated-keys.ts';
import { listAsked, listGiven, listRecalled } from './federated-list.ts';
import { maxFederatedReaders, readersAsked, readersGiven } from './federated-readers.ts';
import { removalAsked } from './federated-removal.ts';
import { maxFederationBytes } from './federation-realm.ts';

const parseKeysAsked = (input: Untrusted) => parseWith(keysAsked, input, maxFederationBytes);
const parseKeysGiven = (input: Untrusted) => parseWith(keysGiven, input, maxFederationBytes);
const parseListAsked = (input: Untrusted) => parseWith(listAsked, input, maxFederationBytes);
const parseListGiven = (input: Untrusted) => parseWith(listGiven, input, maxFederationBytes);
const parseListRecalled = (input: Untrusted) => parseWith(listRecalled, input, maxFederationBytes);

const parseRemovalAsked = (input: Untrusted) => parseWith(removalAsked, input, maxFederationBytes);
const parseReadersAsked = (input: Untrusted) => parseWith(readersAsked, input, maxFederationBytes);
const parseReadersGiven = (input: Untrusted) => parseWith(readersGiven, input, maxFederationBytes);

const parseChangeAsked = (input: Untrusted) => parseWith(changeAsked, input, maxFederationBytes);
const parseClosureAsked = (input: Untrusted) => parseWith(closureAsked, input, maxFederationBytes);
const parseChangeDecided = (input: Untrusted) => parseWith(changeDecided, input, maxFederationBytes);

const id = '5ec7b0fa-8a5c-4f86-b0d1-1f8f0d1f6a11';
const keyUri = `kms://${kmsHost}/keys/${id}`;
const resourceUri = `kms://${kmsHost}/resources/${id}`;
const jwk = { kid: keyUri, kty: 'oct', k: '5eS8ujt_ggA1n-3Y0yV-lw31QYR0KHVN4r2zpOd5uGM' };
const asked = { keyUris: [keyUri] };
const given = {
  keys: [
    { uri: keyUri, jwk, resourceUri },
    { uri: keyUri, code: 'kms/not-authorized' },
  ],
};
const recalled = { resourceUri, authorizationVersion: 3, revocationEpoch: 0 };
const removal = { resourceUri, subject: { id, organisationId: id }, leaver: { entry: 7 } };

const operation = {
  operationId: 'ab'.repeat(32),
  kind: 'add',
  roomId: id,
  actor: { id, organisationId: id },
};
const change = { ...operation, resourceUri, subjects: [id], clientId: 'https://core.example/devices/1', request: {} };
const closure = { ...operation, code: 'kms/reset' };
const decided = { status: 403, receipt: 'e30.e30.AA', response: null };

describe('what key servers of two realms say to each other about lists and keys (R363, R366)', () => {
  it('is read as documented', () => {
    expect(parseKeysAsked(asked)).toEqual(asked);
    expect(parseKeysGiven(given)).toEqual(given);
    expect(parseListRecalled(recalled)).toEqual(recalled);
    expect(parseListRecalled({ ...recalled, added: true })).toEqual({ ...recalled, added: true });
    expect(parseRemovalAsked(removal)).toEqual(removal);
    expect(parseChangeAsked(change)).toEqual(change);
    expect(parseClosureAsked(closure)).toEqual(closure);
    expect(parseChangeDecided(decided)).toEqual(decided);
    expect(parseReadersAsked({ organisationIds: [id] })).toEqual({ organisationIds: [id] });
    expect(parseReadersGiven({ statements: ['e30.e30.AA'] })).toEqual({ statements: ['e30.e30.AA'] });
    expect(parseListGiven({ list: 'e30.e30.AA' })).toEqual({ list: 'e30.e30.AA' });
  });

  it.each([
    ['no key', () => parseKeysAsked({ keyUris: [] })],
    [
      'more keys than one question may name',
      () => parseKeysAsked({ keyUris: Array(maxFederatedKeys + 1).fill(keyUri) }),
    ],
    ['an address of something else', () => parseKeysAsked({ keyUris: [resourceUri] })],
    ['an address with a port', () => parseKeysAsked({ keyUris: [`kms://${kmsHost}:443/keys/${id}`] })],
    ['a refusal without a reason', () => parseKeysGiven({ keys: [{ uri: keyUri }] })],
    ['a reason that is none of ours', () => parseKeysGiven({ keys: [{ uri: keyUri, code: 'kms/because' }] })],
    ['a version that is no number', () => parseListRecalled({ ...recalled, authorizationVersion: '3' })],
    ['somebody put on it by half', () => parseListRecalled({ ...recalled, added: false })],
    ['a leaving by no entry', () => parseRemovalAsked({ ...removal, leaver: { entry: 0 } })],
    ['a create, which is always made at home', () => parseChangeAsked({ ...change, kind: 'create' })],
    ['an operation without an id', () => parseChangeAsked({ ...change, operationId: 'x' })],
    ['a reason of somebody else', () => parseClosureAsked({ ...closure, code: 'core/conflict' })],
    ['a decision without a receipt', () => parseChangeDecided({ ...decided, receipt: '' })],
    ['nobody’s readers', () => parseReadersAsked({ organisationIds: [] })],
    [
      'readers of more than one question may name',
      () => parseReadersAsked({ organisationIds: Array(maxFederatedReaders + 1).fill(id) }),
    ],
    ['readers that nobody signed', () => parseReadersGiven({ statements: [{ functions: [] }] })],
    ['a list that is no signed statement', () => parseListGiven({ list: 'everybody' })],
  ])('refuses %s', (_, parse) => {
    expect(codeOf(parse)).toBe('wire/invalid-message');
  });

  it.each<[string, (input: Untrusted) => unknown, object]>([
    ['a question for keys', parseKeysAsked, asked],
    ['an answer with keys', parseKeysGiven, given],
    ['a question for a list', parseListAsked, { resourceUri }],
    ['a list', parseListGiven, { list: 'e30.e30.AA' }],
    ['a question for readers', parseReadersAsked, { organisationIds: [id] }],
    ['an answer with readers', parseReadersGiven, { statements: ['e30.e30.AA'] }],
    ['a recall', parseListRecalled, recalled],
    ['a removal', parseRemovalAsked, removal],
    ['a change', parseChangeAsked, change],
    ['a closure', parseClosureAsked, closure],
    ['a decision', parseChangeDecided, decided],
  ])('gives a value or a wire error for any input: %s', (_, parse, sample) => expectTypedErrors(parse, sample));
});
