import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { alice, bob, carol, jwe, keyUri, other, room } from '../testing/samples.ts';
import { parseConversationCreate } from './conversation-create.ts';

const addOf = (id: string) => ({ verb: 'add', objectType: 'activity', object: { objectType: 'person', id } });
const post = {
  verb: 'post',
  objectType: 'activity',
  object: { objectType: 'comment', displayName: jwe },
  encryptionKeyUrl: keyUri,
};
const titleKey = keyUri.replace(other, room);

/** As the published client sends it (kms.md §3.6). */
const published = {
  objectType: 'conversation',
  displayName: jwe,
  encryptionKeyUrl: titleKey,
  defaultActivityEncryptionKeyUrl: keyUri,
  activities: {
    items: [{ verb: 'create', objectType: 'activity' }, addOf(alice), addOf(bob), post, { verb: 'favorite' }],
  },
  participants: { items: [] },
  kmsMessage: jwe,
};

describe('parseConversationCreate', () => {
  it('reads a room as the published client creates it (R310)', () => {
    expect(parseConversationCreate(JSON.stringify(published))).toEqual({
      roomId: undefined,
      title: { displayName: jwe, keyUri: titleKey },
      keyUri,
      members: [alice, bob],
      posts: [{ verb: 'post', object: post.object, keyUri, clientTempId: undefined, cloister: undefined, extra: {} }],
      oneOnOne: false,
      tags: [],
      sealed: jwe,
    });
  });

  it('names each member once, in the order sent', () => {
    const activities = { items: [addOf(carol), addOf(alice), addOf(carol)] };
    const participants = {
      items: [
        { objectType: 'person', id: bob },
        { objectType: 'person', id: alice },
      ],
    };
    expect(parseConversationCreate({ ...published, activities, participants }).members).toEqual([carol, alice, bob]);
  });

  it('keeps the id that our clients choose', () => {
    expect(parseConversationCreate({ ...published, cloister: { roomId: room } }).roomId).toBe(room);
  });

  it('keeps what our clients say beside it, and no more than an entry may carry', () => {
    const people = 'x'.repeat(100);
    expect(parseConversationCreate({ ...published, cloister: { roomId: room, people } })).toMatchObject({
      roomId: room,
      cloister: { people },
    });
    const large = { ...published, cloister: { people: 'x'.repeat(8192) } };
    expect(codeOf(() => parseConversationCreate(large))).toBe('wire/invalid-message');
    const misnamed = { ...published, cloister: { roomId: 'plans', people } };
    expect(codeOf(() => parseConversationCreate(misnamed))).toBe('wire/invalid-message');
  });

  it('knows a room of two', () => {
    expect(parseConversationCreate({ ...published, tags: ['ONE_ON_ONE'] })).toMatchObject({ oneOnOne: true });
  });

  it('takes a room without a title or a message', () => {
    const { displayName: _, encryptionKeyUrl: __, activities: ___, ...bare } = published;
    expect(parseConversationCreate(bare)).toMatchObject({ members: [], posts: [], keyUri });
  });

  it('creates a room of a thousand in one request', () => {
    const ids = Array.from({ length: 1000 }, (_, at) => `00000000-0000-4000-8000-${at.toString().padStart(12, '0')}`);
    const input = { ...published, activities: { items: ids.map(addOf) } };
    expect(parseConversationCreate(JSON.stringify(input)).members).toEqual(ids);
  });

  it.each([
    ['a title in the clear (R285)', { ...published, displayName: 'Plans' }],
    ['no key (R311)', { ...published, encryptionKeyUrl: undefined, defaultActivityEncryptionKeyUrl: undefined }],
    ['no sealed part', { ...published, kmsMessage: undefined }],
    ['a member by e-mail (R421)', { ...published, activities: { items: [addOf('bob@acme.example')] } }],
    [
      'a first message in the clear',
      { ...published, activities: { items: [{ ...post, object: { objectType: 'comment', displayName: 'hi' } }] } },
    ],
    ['a room id of another form', { ...published, cloister: { roomId: 'my-room' } }],
    ['items that are none', { ...published, activities: { items: ['add'] } }],
  ])('refuses %s', (_, input) => {
    expect(codeOf(() => parseConversationCreate(input))).toBe('wire/invalid-message');
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parseConversationCreate, published);
  });
});
