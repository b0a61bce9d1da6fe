// The published client, unmodified, over http on localhost: the main job from sign-in to files.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { person } from './deployment.mjs';
import { publishedClient } from './published-client.mjs';

describe('the published client over http', () => {
  let alice;
  let ben;
  let aoi;
  let room;

  before(async () => {
    [alice, ben, aoi] = await Promise.all(['alice', 'ben', 'aoi'].map((name) => publishedClient(person(name))));
  });

  after(async () => {
    for (const client of [alice, ben, aoi]) await client?.close();
    setTimeout(() => process.exit(), 500).unref();
  });

  it('shakes hands with its own key server and pings it through the core (R283, R300, R302, R306)', async () => {
    const answer = await alice.encryption.kms.ping();
    assert.equal(answer.status, 200);
  });

  it('creates a room with an encrypted title and three people (R280, R285, R310)', async () => {
    room = await alice.conversation.create(
      { displayName: 'Published title 標題', participants: [ben.person.id, aoi.person.id], comment: 'first words' },
      { forceGrouped: true },
    );
    assert.match(room.kmsResourceObjectUrl, /^kms:\/\/kms\.acme\.example\/resources\//);
    assert.equal(room.participants.items.length, 3);
    const seen = await ben.conversation.get({ url: room.url }, { includeParticipants: true });
    assert.equal(seen.displayName, 'Published title 標題');
  });

  it('posts, and a second account receives and decrypts (R280, R286, R288)', async () => {
    const text = `hello ${randomUUID()}`;
    await alice.conversation.post(room, text);
    const activity = await ben.received(({ object }) => object?.displayName === text, 'the post');
    assert.equal(activity.verb, 'post');
  });

  it('adds a person by id, who reads what was said before', async () => {
    const minjun = await publishedClient(person('minjun'));
    await alice.conversation.add(room, minjun.person.id);
    const history = await minjun.conversation.listActivities({ conversationUrl: room.url, limit: 20 });
    assert.ok(
      history.some(({ object }) => object?.displayName === 'first words'),
      'history opens for the new member',
    );
    await minjun.close();
  });

  it('adds a person by e-mail once (R425)', async () => {
    await alice.conversation.add(room, person('chloe').email);
    const seen = await alice.conversation.get({ url: room.url }, { includeParticipants: true });
    assert.ok(seen.participants.items.some(({ id }) => id === person('chloe').id));
  });

  it('removes two people one after the other, and the core asks for a new key (R313, R314)', async () => {
    await alice.conversation.leave(room, person('minjun').id);
    await alice.conversation.leave(room, person('chloe').id);
    const text = `after the leave ${randomUUID()}`;
    const before = await alice.conversation.get({ url: room.url }, { includeParticipants: true });
    assert.equal(before.participants.items.length, 3);
    await alice.conversation.post(room, text);
    const activity = await ben.received(({ object }) => object?.displayName === text, 'the post under the new key');
    assert.notEqual(activity.encryptionKeyUrl, room.defaultActivityEncryptionKeyUrl);
  });

  it('is refused as a removed person: the room is gone and its key is not released (R288, R333)', async () => {
    const minjun = await publishedClient(person('minjun'));
    await assert.rejects(minjun.conversation.get({ url: room.url }));
    await assert.rejects(
      minjun.encryption.kms.fetchKey({ uri: room.defaultActivityEncryptionKeyUrl }),
      /403|authorization/,
    );
    await minjun.close();
  });

  it('makes a new key when asked to (updateKey)', async () => {
    const { defaultActivityEncryptionKeyUrl: old } = await alice.conversation.get(
      { url: room.url },
      { includeParticipants: true },
    );
    await alice.conversation.updateKey(room);
    const { defaultActivityEncryptionKeyUrl: fresh } = await alice.conversation.get(
      { url: room.url },
      { includeParticipants: true },
    );
    assert.notEqual(fresh, old);
  });

  it('shares a file that a second account downloads and opens (R285)', async () => {
    const bytes = randomBytes(200_000);
    const file = Object.assign(Buffer.from(bytes), {
      name: 'figures.bin',
      displayName: 'figures.bin',
      type: 'application/octet-stream',
    });
    const current = await alice.conversation.get({ url: room.url }, { includeParticipants: true });
    await alice.conversation.share(current, [file]);
    const activity = await ben.received(({ verb }) => verb === 'share', 'the share');
    const [item] = activity.object.files.items;
    assert.equal(item.displayName, 'figures.bin');
    const opened = await ben.conversation.download(item);
    assert.deepEqual(Buffer.from(opened), bytes);
  });

  it('lists its rooms with titles it can read', async () => {
    const rooms = await alice.conversation.list();
    assert.ok(rooms.some(({ id, displayName }) => id === room.id && displayName === 'Published title 標題'));
  });

  it('makes one 1:1 room of two people, whoever asks', async () => {
    const one = await alice.conversation.create({ participants: [ben.person.id], comment: 'just us' });
    const same = await ben.conversation.create({ participants: [alice.person.id], comment: 'again' });
    assert.equal(same.id, one.id);
  });

  it('renames, deletes a message and marks as read', async () => {
    const current = await alice.conversation.get({ url: room.url }, { includeParticipants: true });
    await alice.conversation.update(current, { displayName: 'New title', objectType: 'conversation' });
    const posted = await alice.conversation.post(current, 'to be deleted');
    await alice.conversation.delete(current, posted);
    await ben.conversation.acknowledge(current, posted);
    const seen = await ben.conversation.get({ url: room.url }, { includeParticipants: true });
    assert.equal(seen.displayName, 'New title');
  });
});
