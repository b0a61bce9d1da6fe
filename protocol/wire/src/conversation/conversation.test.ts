import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { activityId, alice, bob, deviceId, jwe, jws, keyUri, resourceUri, room } from '../testing/samples.ts';
import { parseActivity, parseActivityPage } from './activity.ts';
import { parseConversation, parseConversationPage } from './conversation.ts';
import { parseActivityObject } from './parse-activity-object.ts';

const activity = {
  id: activityId,
  objectType: 'activity',
  url: `http://localhost/activities/${activityId}`,
  verb: 'post',
  published: '2026-11-21T20:21:10.106Z',
  actor: { objectType: 'person', id: alice, entryUUID: alice },
  object: { objectType: 'comment', displayName: jwe, content: jwe },
  target: { objectType: 'conversation', id: room },
  encryptionKeyUrl: keyUri,
  clientTempId: 't',
  parent: { id: activityId, type: 'edit' },
  position: 3,
  receipt: jws,
  cloister: { a: 1 },
  kmsMessage: jwe,
  later: true,
};
const conversation = {
  id: room,
  objectType: 'conversation',
  url: `http://localhost/conversations/${room}`,
  published: '2026-11-21T20:21:10.106Z',
  displayName: jwe,
  encryptionKeyUrl: keyUri,
  defaultActivityEncryptionKeyUrl: null,
  kmsResourceObjectUrl: resourceUri,
  tags: ['ONE_ON_ONE'],
  participants: {
    items: [{ objectType: 'person', id: alice, entryUUID: alice, roomProperties: { isModerator: true } }],
  },
  activities: { items: [activity] },
  kmsMessage: jwe,
  head: 3,
  readPosition: 0,
  created: '2026-11-21T20:21:10.106Z',
  liveKeys: [{ uri: keyUri, stale: false, shared: false, deviceId }],
  pending: [{ operationId: 'a'.repeat(64), kind: 'remove', subjects: [bob], since: '2026-11-21T20:21:10.106Z' }],
  later: [1],
};

describe('what the core serves', () => {
  it('is read whole by clients, later members too (R331)', () => {
    expect(parseActivity(JSON.stringify(activity))).toEqual(activity);
    expect(parseConversation(JSON.stringify(conversation))).toEqual(conversation);
    expect(parseActivityPage({ items: [activity], next: 'n' })).toEqual({ items: [activity], next: 'n' });
    expect(parseConversationPage({ items: [conversation] })).toEqual({ items: [conversation] });
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parseActivity, activity);
    expectTypedErrors(parseActivityPage, { items: [activity] });
    expectTypedErrors(parseConversation, conversation);
    expectTypedErrors(parseConversationPage, { items: [conversation] });
  });

  it.each([
    ['a position of no room', { ...activity, position: 0 }],
    ['a key from nowhere', { ...activity, encryptionKeyUrl: 'kms://127.0.0.1/keys/x' }],
    ['an actor by e-mail (R421)', { ...activity, actor: { id: 'alice@acme.example' } }],
  ])('is refused with %s', (_, input) => {
    expect(codeOf(() => parseActivity(input))).toBe('wire/invalid-message');
  });
});

describe('the object of an activity', () => {
  const scr = { objectType: 'file', displayName: jwe, scr: jwe, url: 'http://x', mimeType: 'a/b', fileSize: 1 };

  it.each([
    [{ objectType: 'comment', displayName: jwe, content: jwe }],
    [{ objectType: 'comment', displayName: null, content: null }],
    [
      {
        objectType: 'content',
        displayName: jwe,
        files: { items: [scr, { ...scr, displayName: null, scr: null, url: null }] },
      },
    ],
    [{ objectType: 'person', id: bob }],
    [{ objectType: 'conversation', defaultActivityEncryptionKeyUrl: keyUri }],
    [{ objectType: 'key', uri: keyUri }],
    [{ objectType: 'activity', id: activityId }],
  ])('is read by its type: %j', (object) => {
    expect(parseActivityObject({ object })).toEqual(object);
  });

  it.each([[undefined], [{}], [{ objectType: 'reaction2', hmac: 'x' }], [{ objectType: 'constructor' }]])(
    'of an unknown type is handed through: %j',
    (object) => {
      expect(parseActivityObject({ object })).toEqual({ objectType: 'other', object });
    },
  );

  it('that claims a type and has not its shape is refused', () => {
    expect(codeOf(() => parseActivityObject({ object: { objectType: 'content', files: {} } }))).toBe(
      'wire/invalid-message',
    );
  });

  it('gives a value or a wire error for any activity', () => {
    expectTypedErrors((input) => parseActivityObject(parseActivity(input)), activity, {
      ...activity,
      object: { objectType: 'content', files: { items: [scr] } },
    });
  });
});
