import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { activityId, alice, bob, jwe, keyUri, resourceUri, room } from '../testing/samples.ts';
import { maxCloisterBytes } from './cloister-member.ts';
import { maxActivityBytes, parseActivityRequest } from './parse-activity-request.ts';

/** What the published client sends around every activity (kms.md §3.6). */
const around = {
  objectType: 'activity',
  clientTempId: 'a-temporary-id',
  actor: { objectType: 'person', id: alice, displayName: 'Alice', emailAddress: 'alice@acme.example' },
  target: {
    id: room,
    url: `http://localhost/conversations/${room}`,
    objectType: 'conversation',
    kmsResourceObjectUrl: resourceUri,
  },
};
const file = {
  objectType: 'file',
  displayName: jwe,
  mimeType: 'image/png',
  fileSize: 1234,
  url: 'http://localhost/files/1',
  scr: jwe,
  image: { height: 10, width: 20, url: 'http://localhost/files/2', scr: jwe },
};
const comment = {
  objectType: 'comment',
  displayName: jwe,
  content: jwe,
  mentions: { items: [{ id: bob, objectType: 'person' }] },
};
const content = { objectType: 'content', contentCategory: 'images', displayName: jwe, files: { items: [file] } };
const person = { objectType: 'person', id: bob };
const title = { objectType: 'conversation', displayName: jwe, encryptionKeyUrl: keyUri };
const newKey = { objectType: 'conversation', defaultActivityEncryptionKeyUrl: keyUri };
const key = { objectType: 'key', uri: keyUri };
const reference = { objectType: 'activity', id: activityId };
const edited = { id: activityId, type: 'edit' };

const post = { ...around, verb: 'post', object: comment, encryptionKeyUrl: keyUri };
const add = { ...around, verb: 'add', object: person, kmsMessage: jwe };
const updateKey = { ...around, verb: 'updateKey', object: newKey, kmsMessage: jwe };

const rows: [string, object, object][] = [
  ['post', post, { object: comment, keyUri }],
  ['post', { ...post, parent: edited }, { object: comment, keyUri, parent: edited }],
  ['share', { ...around, verb: 'share', object: content, encryptionKeyUrl: keyUri }, { object: content, keyUri }],
  ['add', add, { object: person, subject: bob, sealed: jwe }],
  ['leave', { ...add, verb: 'leave' }, { object: person, subject: bob, sealed: jwe }],
  ...['assignModerator', 'unassignModerator'].map((verb): [string, object, object] => [
    verb,
    { ...add, verb },
    { object: person, subject: bob, sealed: jwe },
  ]),
  ['update', { ...around, verb: 'update', object: title, encryptionKeyUrl: keyUri }, { object: title, keyUri }],
  ['updateKey', updateKey, { object: newKey, keyUri, sealed: jwe }],
  ['addKey', { ...around, verb: 'addKey', object: key, kmsMessage: jwe }, { object: key, keyUri, sealed: jwe }],
  [
    'delete',
    { ...around, verb: 'delete', object: { ...reference, url: 'http://x' } },
    { object: reference, subject: activityId },
  ],
  ['acknowledge', { ...around, verb: 'acknowledge', object: reference }, { object: reference, subject: activityId }],
];

describe('parseActivityRequest', () => {
  it.each(rows)('reads %s', (verb, input, change) => {
    expect(parseActivityRequest(JSON.stringify(input))).toEqual({
      verb,
      clientTempId: 'a-temporary-id',
      cloister: undefined,
      extra: {},
      ...change,
    });
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parseActivityRequest, ...rows.map(([, input]) => input));
  });

  it('keeps what it does not know of an object, as readers dispatch on it', () => {
    const object = { ...comment, later: { deep: [1, null, 'x'] }, objectType: 'comment' };
    expect(parseActivityRequest({ ...post, object, heed: 'this' })).toMatchObject({ object, extra: { heed: 'this' } });
  });

  it('drops the name and the address a client puts beside an id (R420, R421)', () => {
    const request = parseActivityRequest({ ...add, object: { ...person, emailAddress: 'bob@acme.example' } });
    expect(JSON.stringify(request)).not.toMatch(/@acme|Alice/);
  });

  it('carries what our clients seal beside the published fields, up to its bound', () => {
    const fits = { v: 'x'.repeat(maxCloisterBytes - '{"v":""}'.length) };
    expect(parseActivityRequest({ ...post, cloister: fits }).cloister).toEqual(fits);
    expect(codeOf(() => parseActivityRequest({ ...post, cloister: { v: `${fits.v}x` } }))).toBe('wire/invalid-message');
    expect(codeOf(() => parseActivityRequest({ ...post, cloister: { v: 'é'.repeat(5000) } }))).toBe(
      'wire/invalid-message',
    );
  });

  it.each([
    ['a message in the clear (R280)', { ...post, object: { ...comment, displayName: 'hello' } }],
    ['HTML in the clear (R280)', { ...post, object: { ...comment, content: '<b>hello</b>' } }],
    ['a message under no key (R311)', { ...post, encryptionKeyUrl: undefined }],
    ['a key that is no key', { ...post, encryptionKeyUrl: resourceUri }],
    ['an object of another type', { ...post, object: content }],
    [
      'a file name in the clear (R285)',
      { ...post, verb: 'share', object: { ...content, files: { items: [{ ...file, displayName: 'plan.pdf' }] } } },
    ],
    [
      'a file without its sealed reference',
      { ...post, verb: 'share', object: { ...content, files: { items: [{ ...file, scr: undefined }] } } },
    ],
    [
      'a thumbnail in the clear',
      { ...post, verb: 'share', object: { ...content, files: { items: [{ ...file, image: { scr: 'x' } }] } } },
    ],
    ['a share of nothing', { ...post, verb: 'share', object: { ...content, files: { items: [] } } }],
    ['a title in the clear (R285)', { ...around, verb: 'update', object: { ...title, displayName: 'Plans' } }],
    ['no new title', { ...around, verb: 'update', object: { ...title, displayName: undefined } }],
    ['a title under no key', { ...around, verb: 'update', object: { ...title, encryptionKeyUrl: undefined } }],
    ['a sealed part in the clear', { ...add, kmsMessage: '{"method":"create"}' }],
    ['an add by e-mail (R421)', { ...add, object: { objectType: 'person', id: 'bob@acme.example' } }],
    ['a new key that is none', { ...updateKey, object: { ...newKey, defaultActivityEncryptionKeyUrl: null } }],
    ['an edit of nothing', { ...post, parent: { type: 'edit' } }],
    ['no verb', { ...post, verb: undefined }],
  ])('refuses %s', (_, input) => {
    expect(codeOf(() => parseActivityRequest(input))).toBe('wire/invalid-message');
  });

  it.each([
    ...['add', 'leave', 'assignModerator', 'unassignModerator'].map((verb) => ({
      ...add,
      verb,
      kmsMessage: undefined,
    })),
    { ...updateKey, kmsMessage: undefined },
    { ...around, verb: 'addKey', object: key },
  ])('refuses $verb without its sealed half in a sentence (R320)', (input) => {
    expect(codeOf(() => parseActivityRequest(input))).toBe('core/sealed-part-required');
  });

  it.each(['tag', 'assign', 'constructor', '__proto__', 'POST'])('does not offer the verb %s', (verb) => {
    expect(codeOf(() => parseActivityRequest({ ...post, verb }))).toBe('wire/unsupported-verb');
  });

  it('bounds the whole', () => {
    expect(codeOf(() => parseActivityRequest({ ...post, filler: 'x'.repeat(maxActivityBytes) }))).toBe(
      'wire/too-large',
    );
  });
});
