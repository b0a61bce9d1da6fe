import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import {
  acme,
  alice,
  authorizationUri,
  bob,
  carol,
  channelUri,
  client,
  ecJwk,
  jws,
  kekUri,
  keyUri,
  kmsHost,
  masterKeyUri,
  other,
  requestId,
  resourceUri,
  room,
} from '../testing/samples.ts';
import { parseKmsRequest } from './parse-kms-request.ts';
import { requestIdOf } from './request-id-of.ts';

const base = { requestId, client };
const parse = (request: object) => parseKmsRequest({ ...base, ...request }, kmsHost);
const frame = { requestId, client, host: kmsHost, roomId: undefined };

const foreign = resourceUri.replace('kms.realm', 'kms.other');

const operations: [string, object, object][] = [
  [
    'a handshake',
    { method: 'create', uri: 'kms://kms.realm.example/ecdhe', jwk: ecJwk },
    { operation: 'createEphemeralKey', jwk: ecJwk },
  ],
  [
    'a handshake by a relative address',
    { method: 'create', uri: '/ecdhe', jwk: ecJwk },
    { operation: 'createEphemeralKey', jwk: ecJwk },
  ],
  ['the end of a channel', { method: 'delete', uri: channelUri }, { operation: 'deleteEphemeralKey', channelUri }],
  [
    'the end of a channel by a relative address',
    { method: 'delete', uri: `/ecdhe/${other}` },
    { operation: 'deleteEphemeralKey', channelUri },
  ],
  ['new keys', { method: 'create', uri: '/keys', count: 2 }, { operation: 'createKeys', count: 2 }],
  ['one new key', { method: 'create', uri: '/keys' }, { operation: 'createKeys', count: 1 }],
  ['a key', { method: 'retrieve', uri: keyUri }, { operation: 'retrieveKey', keyUri }],
  [
    'a new resource',
    { method: 'create', uri: '/resources', userIds: [alice, bob, alice], keyUris: [keyUri] },
    { operation: 'createResource', authIds: [alice, bob], keyUris: [keyUri] },
  ],
  [
    'a new resource of the asker alone',
    { method: 'create', uri: '/resources' },
    { operation: 'createResource', authIds: [], keyUris: [] },
  ],
  ['a resource', { method: 'retrieve', uri: resourceUri }, { operation: 'retrieveResource', resourceUri }],
  [
    'the keys of a resource',
    { method: 'retrieve', uri: `${resourceUri}/keys`, count: 3, boundAfter: '2026-11-21T20:21:11.681Z' },
    { operation: 'listResourceKeys', resourceUri, count: 3, boundAfter: '2026-11-21T20:21:11.681Z' },
  ],
  [
    'the search keys of a resource',
    { method: 'retrieve', uri: `${resourceUri}/searchKeys` },
    { operation: 'retrieveSearchKeys', resourceUri },
  ],
  ['a key bound', { method: 'update', uri: keyUri, resourceUri }, { operation: 'bindKey', keyUri, resourceUri }],
  [
    'authorizations by both names of the list',
    { method: 'create', uri: '/authorizations', resourceUri, userIds: [bob, resourceUri], authIds: [carol, bob] },
    { operation: 'createAuthorizations', resourceUri, authIds: [bob, resourceUri, carol] },
  ],
  [
    'new moderators',
    { method: 'create', uri: `${resourceUri}/moderators`, userIds: [bob, bob] },
    { operation: 'appointModerators', resourceUri, userIds: [bob] },
  ],
  [
    'a moderator no longer',
    { method: 'delete', uri: `${resourceUri}/moderators?authId=${bob}` },
    { operation: 'dismissModerator', resourceUri, userId: bob },
  ],
  [
    'the moderators',
    { method: 'retrieve', uri: `${resourceUri}/moderators` },
    { operation: 'listModerators', resourceUri },
  ],
  [
    'the list of authorizations',
    { method: 'retrieve', uri: `${resourceUri}/authorizations` },
    { operation: 'listAuthorizations', resourceUri, authId: undefined },
  ],
  [
    "one person's authorization",
    { method: 'retrieve', uri: `${resourceUri}/authorizations?authId=${bob}` },
    { operation: 'listAuthorizations', resourceUri, authId: bob },
  ],
  [
    'a removal',
    { method: 'delete', uri: `${resourceUri}/authorizations?authId=${bob}` },
    { operation: 'deleteAuthorization', target: { by: 'subject', resourceUri, authId: bob } },
  ],
  [
    'a removal of a resource, percent-encoded',
    { method: 'delete', uri: `${resourceUri}/authorizations?authId=${encodeURIComponent(resourceUri)}` },
    { operation: 'deleteAuthorization', target: { by: 'subject', resourceUri, authId: resourceUri } },
  ],
  [
    'a removal by address',
    { method: 'delete', uri: authorizationUri },
    { operation: 'deleteAuthorization', target: { by: 'uri', authorizationUri } },
  ],
  [
    'authorizations that name nobody, for a time',
    { method: 'create', uri: '/authorizations', resourceUri, anonymous: 2, ttl: 3600, roleUri: 'participant' },
    {
      operation: 'createAuthorizations',
      resourceUri,
      authIds: [],
      anonymous: 2,
      ttl: 3600,
      roleUri: 'participant',
    },
  ],
  [
    'a resource for a time',
    { method: 'create', uri: '/resources', authIds: [bob], anonymous: 1, ttl: 604_800 },
    { operation: 'createResource', authIds: [bob], keyUris: [], anonymous: 1, ttl: 604_800 },
  ],
  [
    'a key by the bearer of an anonymous authorization',
    { method: 'retrieve', uri: keyUri, bearer: jws },
    { operation: 'retrieveKey', keyUri, bearer: jws },
  ],
  [
    'the keys of a resource in a zone of their own',
    { method: 'retrieve', uri: `${resourceUri}/keys`, boundBefore: '2026-11-21T20:21:11+01:00' },
    { operation: 'listResourceKeys', resourceUri, boundBefore: '2026-11-21T20:21:11+01:00' },
  ],
  [
    'a removal of several',
    { method: 'delete', uri: '/authorizations', resourceUri, authIds: [bob, authorizationUri, bob] },
    { operation: 'deleteAuthorizations', resourceUri, authIds: [bob, authorizationUri] },
  ],
  [
    'a new KEK',
    { method: 'create', uri: '/kek', assignedOrgId: acme },
    { operation: 'createKek', organisationId: acme },
  ],
  ['the list of KEKs', { method: 'retrieve', uri: 'kms://kms.realm.example/kek' }, { operation: 'listKeks' }],
  [
    'a KEK switched off',
    { method: 'update', uri: kekUri, state: 'inactive' },
    { operation: 'updateKek', kekUri, state: 'inactive' },
  ],
  [
    "the main keys in the draft's form",
    { method: 'retrieve', uri: '/cmk', assignedOrgId: null },
    { operation: 'listDefaultMasterKey' },
  ],
  [
    'the public key for an upload',
    { method: 'retrieve', uri: '/publicKey', assignedOrgId: acme },
    { operation: 'retrievePublicKey', organisationId: acme },
  ],
  [
    'an uploaded main key',
    { method: 'create', uri: '/cmk', assignedOrgId: acme, customerMasterKey: 'AAAA' },
    {
      operation: 'createMasterKey',
      given: { source: 'BYOK', wrapped: 'AAAA' },
      activate: false,
      organisationId: acme,
    },
  ],
  [
    'a main key at Amazon, active at once',
    {
      method: 'create',
      uri: '/awsKmsCmk',
      assignedOrgId: acme,
      customerMasterKey: 'arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      cloister: { activate: true, version: 3 },
    },
    {
      operation: 'createMasterKey',
      given: {
        source: 'AWS_KMS',
        arn: 'arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
      activate: true,
      organisationId: acme,
      version: 3,
    },
  ],
  [
    'the main keys of an organisation',
    { method: 'retrieve', uri: '/cmk', assignedOrgId: acme },
    { operation: 'listMasterKeys', source: 'BYOK', organisationId: acme },
  ],
  [
    'the main keys at Amazon',
    { method: 'retrieve', uri: '/awsKmsCmk', assignedOrgId: acme },
    { operation: 'listMasterKeys', source: 'AWS_KMS', organisationId: acme },
  ],
  [
    'one main key, to see what is wrong with it',
    { method: 'retrieve', uri: masterKeyUri, assignedOrgId: acme },
    { operation: 'diagnoseMasterKey', masterKeyUri, organisationId: acme },
  ],
  [
    'a state as the published comment spells it',
    { method: 'update', uri: masterKeyUri, keyState: 'removedclean', assignedOrgId: acme },
    { operation: 'updateMasterKey', masterKeyUri, state: 'REMOVEDCLEAN', organisationId: acme },
  ],
  [
    'the way back to the default main key',
    { method: 'update', uri: 'default', keyState: 'ACTIVE', assignedOrgId: acme },
    { operation: 'useDefaultMasterKey', organisationId: acme },
  ],
  [
    'the deletion of all main keys',
    { method: 'delete', uri: '/cmk', assignedOrgId: acme },
    { operation: 'deleteMasterKeys', source: 'BYOK', organisationId: acme },
  ],
  [
    'the deletion of all main keys at Amazon',
    { method: 'delete', uri: '/awsKmsCmk', assignedOrgId: acme },
    { operation: 'deleteMasterKeys', source: 'AWS_KMS', organisationId: acme },
  ],
  [
    'what is decided about other organisations',
    { method: 'retrieve', uri: '/outside' },
    { operation: 'retrieveOutside' },
  ],
  [
    'a policy about other organisations, each domain once',
    {
      method: 'update',
      uri: '/outside',
      policy: { mode: 'listed', domains: ['globex.example', 'a.example', 'globex.example'] },
      cloister: { version: 3 },
    },
    {
      operation: 'setOutsidePolicy',
      policy: { mode: 'listed', domains: ['a.example', 'globex.example'] },
      version: 3,
    },
  ],
  [
    'an organisation paused',
    { method: 'update', uri: `/outside/${acme}`, paused: true },
    { operation: 'pauseOrganisation', organisationId: acme, paused: true },
  ],
  ['a ping', { method: 'update', uri: '/ping' }, { operation: 'ping' }],
];

describe('parseKmsRequest', () => {
  it.each(operations)('reads %s (R281)', (_, request, operation) => {
    const { method, uri } = request as { method: string; uri: string };
    expect(parse(request)).toEqual({ ...frame, method, uri, ...operation });
  });

  it.each(operations)('reads %s from bytes and text alike', (_, request) => {
    const text = JSON.stringify({ ...base, ...request });
    expect(parseKmsRequest(text, kmsHost)).toEqual(parse(request));
    expect(parseKmsRequest(new TextEncoder().encode(text), kmsHost)).toEqual(parse(request));
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(
      (input) => parseKmsRequest(input, kmsHost),
      ...operations.map(([, request]) => ({ ...base, ...request })),
    );
  });

  it.each([
    ['update', '/cmk'],
    ['delete', masterKeyUri],
    ['create', '/publicKey'],
    ['retrieve', 'default'],
    ['delete', keyUri],
    ['update', resourceUri],
    ['delete', '/kek'],
    ['delete', kekUri],
    ['create', '/outside'],
    ['retrieve', `/outside/${other}`],
    ['delete', `/outside/${other}`],
  ])('knows %s %s as published and not offered', (method, uri) => {
    expect(parse({ method, uri, assignedOrgId: other }).operation).toBe('unsupported');
  });

  it.each(['customerMasterKeyBackup', 'customerMasterKeyRole'])('does not pass over a %s', (member) => {
    const request = { method: 'create', uri: '/awsKmsCmk', assignedOrgId: acme, customerMasterKey: 'arn' };
    expect(parse({ ...request, [member]: null }).operation).toBe('createMasterKey');
    expect(parse({ ...request, [member]: 'something' }).operation).toBe('unsupported');
  });

  it.each([
    { method: 'create', uri: '/cmk', customerMasterKey: 'AAAA' },
    { method: 'create', uri: '/cmk', assignedOrgId: acme },
    { method: 'create', uri: '/cmk', assignedOrgId: acme, customerMasterKey: 'A'.repeat(4097) },
    { method: 'delete', uri: '/cmk' },
    { method: 'retrieve', uri: '/publicKey' },
    { method: 'update', uri: masterKeyUri, assignedOrgId: acme },
    { method: 'update', uri: masterKeyUri, assignedOrgId: acme, keyState: 'PENDING' },
    { method: 'update', uri: masterKeyUri, assignedOrgId: acme, keyState: 'ACTIVE', cloister: { version: -1 } },
  ])('refuses %j: a main key is changed by those who say which and whose', (request) => {
    expect(() => parse(request)).toThrow(expect.objectContaining({ code: 'wire/invalid-message' }));
  });

  it.each([{ anonymous: -1 }, { anonymous: 101 }, { ttl: -1 }, { ttl: '1' }, { roleUri: '' }, { roleUri: 7 }])(
    'does not grant more than %j asks for',
    (extra) => {
      const request = { method: 'create', resourceUri, userIds: [bob], ...extra };
      expect(codeOf(() => parse({ ...request, uri: '/authorizations' }))).toBe('wire/invalid-message');
      expect(codeOf(() => parse({ ...request, uri: '/resources' }))).toBe('wire/invalid-message');
    },
  );

  it('drops a private key that a client sends along (kms.md §1.4)', () => {
    const request = parse({ method: 'create', uri: '/ecdhe', jwk: { ...ecJwk, d: 'PRIVATE', ext: true } });
    expect(JSON.stringify(request)).not.toContain('PRIVATE');
  });

  it('tolerates members it does not know, and keeps none', () => {
    const request = { method: 'update', uri: '/ping', nonce: 'x', client: { ...client, extra: 1 } };
    expect(parse(request)).toEqual({ ...frame, method: 'update', uri: '/ping', operation: 'ping' });
  });

  it('keeps who asks for whom, and the proof of the channel', () => {
    const credential = { userId: bob, onBehalfOf: bob, bearer: 'TOKEN', proof: jws };
    const request = parse({ method: 'retrieve', uri: keyUri, client: { clientId: 'x', credential } });
    expect(request.client.credential).toEqual(credential);
  });

  it('keeps the room that our clients put inside', () => {
    expect(parse({ method: 'create', uri: '/resources', cloister: { roomId: room, later: 1 } }).roomId).toBe(room);
  });

  it('names the host a foreign address means', () => {
    const request = parse({ method: 'retrieve', uri: foreign });
    expect(request).toMatchObject({ host: 'kms.other.example', resourceUri: foreign });
  });

  it.each([
    ['no request id', { requestId: undefined, method: 'update', uri: '/ping' }],
    ['no bearer (R303)', { method: 'update', uri: '/ping', client: { clientId: 'x', credential: { userId: alice } } }],
    [
      'a bearer with a space',
      { method: 'update', uri: '/ping', client: { clientId: 'x', credential: { bearer: 'a b' } } },
    ],
    ['another curve', { method: 'create', uri: '/ecdhe', jwk: { ...ecJwk, crv: 'P-384' } }],
    ['a short coordinate', { method: 'create', uri: '/ecdhe', jwk: { ...ecJwk, x: ecJwk.x.slice(1) } }],
    ['a padded coordinate', { method: 'create', uri: '/ecdhe', jwk: { ...ecJwk, y: `${ecJwk.y}=` } }],
    ['no keys', { method: 'create', uri: '/keys', count: 0 }],
    ['too many keys', { method: 'create', uri: '/keys', count: 101 }],
    ['half a key', { method: 'create', uri: '/keys', count: 1.5 }],
    ['nobody to appoint', { method: 'create', uri: `${resourceUri}/moderators`, userIds: [] }],
    [
      'a resource as moderator',
      { method: 'delete', uri: `${resourceUri}/moderators?authId=${encodeURIComponent(resourceUri)}` },
    ],
    ['a removal of several from nowhere', { method: 'delete', uri: '/authorizations', authIds: [bob] }],
    ['a removal of nobody', { method: 'delete', uri: '/authorizations', resourceUri, authIds: [] }],
    ['a state of a KEK that there is not', { method: 'update', uri: kekUri, state: 'deleted' }],
    ['a bearer that is no JWS', { method: 'retrieve', uri: keyUri, bearer: 'x' }],
    ['a day that there is not', { method: 'retrieve', uri: `${resourceUri}/keys`, boundAfter: '2026-13-01T00:00:00Z' }],
    ['nobody to authorize', { method: 'create', uri: '/authorizations', resourceUri, userIds: [] }],
    [
      'an e-mail to authorize',
      { method: 'create', uri: '/authorizations', resourceUri, userIds: ['bob@acme.example'] },
    ],
    ['a policy that there is not', { method: 'update', uri: '/outside', policy: { mode: 'some', domains: [] } }],
    ['a policy without domains', { method: 'update', uri: '/outside', policy: { mode: 'listed' } }],
    ['a policy by address', { method: 'update', uri: '/outside', policy: { mode: 'listed', domains: ['192.0.2.1'] } }],
    [
      'a policy with a domain in capitals',
      { method: 'update', uri: '/outside', policy: { mode: 'listed', domains: ['Globex.example'] } },
    ],
    [
      'a policy decided on half a version',
      { method: 'update', uri: '/outside', policy: { mode: 'nobody', domains: [] }, cloister: { version: 0.5 } },
    ],
    ['a pause that says neither yes nor no', { method: 'update', uri: `/outside/${other}`, paused: 'yes' }],
    ['a key bound to nothing', { method: 'update', uri: keyUri }],
    ['a key bound to a key', { method: 'update', uri: keyUri, resourceUri: keyUri }],
    ['a removal of everybody', { method: 'delete', uri: `${resourceUri}/authorizations` }],
    ['a method of HTTP', { method: 'GET', uri: keyUri }],
    ['a server alone', { method: 'retrieve', uri: 'kms://kms.realm.example' }],
  ])('refuses %s', (_, request) => {
    expect(codeOf(() => parse(request))).toBe('wire/invalid-message');
  });

  it('refuses an address that is none', () => {
    expect(codeOf(() => parse({ method: 'retrieve', uri: 'kms://127.0.0.1/keys' }))).toBe('wire/invalid-uri');
  });

  it('never quotes a token in an error', () => {
    const credential = { bearer: 'hunter2 hunter2' };
    expect(() => parse({ method: 'update', uri: '/ping', client: { clientId: 'x', credential } })).toThrow(
      /^((?!hunter2).)*$/,
    );
  });
});

describe('requestIdOf', () => {
  it('finds the id of a request that is wrong otherwise, so that the refusal reaches its client', () => {
    expect(requestIdOf({ requestId, method: 'GET' })).toBe(requestId);
    expect(requestIdOf(JSON.stringify({ requestId }))).toBe(requestId);
  });

  it.each(['{', {}, { requestId: 7 }, { requestId: '' }, null])('finds none in %j', (input) => {
    expect(requestIdOf(input)).toBeNull();
  });
});
