// The published client in rooms of several organisations: each asks its own key server alone, and reads what the other wrote.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cloister } from './command-line.mjs';
import { endpoints, person } from './deployment.mjs';
import { publishedClient } from './published-client.mjs';

/** The key server of somebody's organisation. */
const kmsHostOf = ({ organisationId }) => endpoints.organisations.find(({ id }) => id === organisationId).kmsHost;
const hostOf = (uri) => /^kms:\/\/([^/]+)\//.exec(uri)?.[1];

describe('federated fetch both ways', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-federated-'));
  let alice;
  let grace;
  let room;

  const current = (client) => client.conversation.get({ url: room.url }, { includeParticipants: true });
  const membersOf = ({ participants }) => participants.items.map(({ id }) => id).sort();
  const ids = (...people) => people.map(({ id }) => id).sort();
  /** Says something, and waits until the other reads it; answers the entry as it came. */
  const says = async (from, to) => {
    const text = `said ${randomUUID()}`;
    await from.conversation.post(await current(from), text);
    return to.received(({ object }) => object?.displayName === text, `what ${from.person.email} said`);
  };
  const shares = async (from, to, name) => {
    const bytes = randomBytes(60_000);
    const file = Object.assign(Buffer.from(bytes), { name, displayName: name, type: 'application/octet-stream' });
    await from.conversation.share(await current(from), [file]);
    const { object } = await to.received(
      (activity) => activity.verb === 'share' && activity.object.files.items[0]?.displayName === name,
      name,
    );
    assert.deepEqual(Buffer.from(await to.conversation.download(object.files.items[0])), bytes);
  };

  before(async () => {
    [alice, grace] = await Promise.all(['alice', 'grace'].map((name) => publishedClient(person(name))));
    assert.notEqual(alice.person.organisationId, grace.person.organisationId);
  });

  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    for (const client of [alice, grace]) await client?.close();
    setTimeout(() => process.exit(), 500).unref();
  });

  it('creates a room with somebody of another organisation, who reads its title and what was said (R361, R363)', async () => {
    room = await alice.conversation.create(
      { displayName: 'Joint venture 合弁', participants: [grace.person.id], comment: 'first words' },
      { forceGrouped: true },
    );
    assert.equal(hostOf(room.kmsResourceObjectUrl), kmsHostOf(alice.person));
    const seen = await current(grace);
    assert.equal(seen.displayName, 'Joint venture 合弁');
    assert.deepEqual(membersOf(seen), ids(alice.person, grace.person));
    const history = await grace.conversation.listActivities({ conversationUrl: room.url, limit: 20 });
    assert.ok(history.some(({ object }) => object?.displayName === 'first words'));
  });

  it('talks both ways under the key of whoever made the room', async () => {
    for (const [from, to] of [
      [grace, alice],
      [alice, grace],
    ]) {
      const { encryptionKeyUrl } = await says(from, to);
      assert.equal(hostOf(encryptionKeyUrl), kmsHostOf(alice.person));
    }
  });

  it('reads what is written under a key of the other organisation, after its person made a new one (R310, R362, R366)', async () => {
    await grace.conversation.updateKey(await current(grace));
    const { defaultActivityEncryptionKeyUrl: fresh } = await current(alice);
    assert.equal(hostOf(fresh), kmsHostOf(grace.person));
    for (const [from, to] of [
      [grace, alice],
      [alice, grace],
    ]) {
      const { encryptionKeyUrl } = await says(from, to);
      assert.equal(encryptionKeyUrl, fresh);
    }
  });

  it('shares files both ways (R285)', async () => {
    await shares(alice, grace, 'ours.bin');
    await shares(grace, alice, 'theirs.bin');
  });

  it('lets the outsider add a person of each organisation, and one of a third, who read what was said before', async () => {
    for (const name of ['ken', 'aoi', 'olivia']) await grace.conversation.add(await current(grace), person(name).id);
    assert.deepEqual(
      membersOf(await current(alice)),
      ids(alice.person, grace.person, person('ken'), person('aoi'), person('olivia')),
    );
    const olivia = await publishedClient(person('olivia'));
    const history = await olivia.conversation.listActivities({ conversationUrl: room.url, limit: 50 });
    const said = history.filter(({ verb }) => verb === 'post').map(({ object }) => object.displayName);
    assert.ok(said.includes('first words'));
    assert.equal(said.filter((text) => text.startsWith('said ')).length, 4);
    await says(olivia, alice);
    await says(grace, olivia);
    await olivia.close();
  });

  it('has our command line of either organisation in the same room', async () => {
    const text = (as) => `by our command line of ${as} ${randomUUID()}`;
    for (const name of ['ken', 'aoi']) {
      const ours = text(name);
      cloister(person(name), 'room', 'send', room.id, ours);
      for (const client of [alice, grace]) await client.received(({ object }) => object?.displayName === ours, ours);
      const { object } = await says(name === 'ken' ? alice : grace, name === 'ken' ? grace : alice);
      assert.ok(JSON.stringify(cloister(person(name), 'room', 'history', room.id)).includes(object.displayName));
    }
    const bytes = randomBytes(30_000);
    const file = join(folder, 'by-ken.bin');
    writeFileSync(file, bytes);
    cloister(person('ken'), 'room', 'upload', room.id, file);
    const target = join(folder, 'to-aoi.bin');
    cloister(person('aoi'), 'room', 'download', room.id, 'by-ken.bin', '--output', target);
    assert.deepEqual(readFileSync(target), bytes);
  });

  it('lets the outsider remove people, after which the core asks for a new key; who is gone gets none (R313, R333)', async () => {
    const aoi = await publishedClient(person('aoi'));
    const { defaultActivityEncryptionKeyUrl: old } = await current(aoi);
    await grace.conversation.leave(await current(grace), aoi.person.id);
    await grace.conversation.leave(await current(grace), person('olivia').id);
    const { encryptionKeyUrl } = await says(grace, alice);
    assert.notEqual(encryptionKeyUrl, old);
    assert.equal(hostOf(encryptionKeyUrl), kmsHostOf(grace.person));
    await assert.rejects(current(aoi));
    await assert.rejects(aoi.encryption.kms.fetchKey({ uri: encryptionKeyUrl }), /403|authorization/);
    await aoi.close();
    await says(alice, grace);
  });

  it('lets people leave: the other organisation goes on alone, and gives them nothing newer', async () => {
    cloister(person('ken'), 'room', 'leave', room.id);
    await grace.conversation.leave(await current(grace));
    const text = `alone ${randomUUID()}`;
    await alice.conversation.post(await current(alice), text);
    const { encryptionKeyUrl } = await alice.received(({ object }) => object?.displayName === text, 'its own post');
    assert.equal(hostOf(encryptionKeyUrl), kmsHostOf(alice.person));
    assert.deepEqual(membersOf(await current(alice)), ids(alice.person));
    await assert.rejects(current(grace));
    await assert.rejects(grace.encryption.kms.fetchKey({ uri: encryptionKeyUrl }), /403|authorization/);
  });

  it('makes one 1:1 room across organisations, whoever asks', async () => {
    const one = await alice.conversation.create({ participants: [grace.person.id], comment: 'just us' });
    const same = await grace.conversation.create({ participants: [alice.person.id], comment: 'again' });
    assert.equal(same.id, one.id);
  });
});
