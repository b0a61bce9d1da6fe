// What the published client writes ours reads, and the reverse: our command line and theirs in one room.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cloister } from './command-line.mjs';
import { person } from './deployment.mjs';
import { publishedClient } from './published-client.mjs';

describe('ours and theirs in one room', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-both-'));
  let alice;
  let ours;

  before(async () => {
    alice = await publishedClient(person('alice'));
  });

  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await alice?.close();
    setTimeout(() => process.exit(), 500).unref();
  });

  it('reads what ours wrote: title, message, file', async () => {
    const ben = person('ben');
    [ours] = cloister(ben, 'room', 'create', 'Made by ours 部屋', alice.person.email);
    const text = `from ours ${randomUUID()}`;
    cloister(ben, 'room', 'send', ours.id, text);
    await alice.received(({ object }) => object?.displayName === text, 'our message');
    const bytes = randomBytes(100_000);
    const file = join(folder, 'ours.bin');
    writeFileSync(file, bytes);
    cloister(ben, 'room', 'upload', ours.id, file);
    const share = await alice.received(({ verb }) => verb === 'share', 'our file');
    assert.deepEqual(Buffer.from(await alice.conversation.download(share.object.files.items[0])), bytes);
    const listed = await alice.conversation.list();
    assert.ok(listed.some(({ displayName }) => displayName === 'Made by ours 部屋'));
  });

  it('writes what ours reads: message, file, and a person added by them', async () => {
    const ben = person('ben');
    const room = (await alice.conversation.list()).find(({ id }) => id === ours.id);
    const current = await alice.conversation.get({ url: room.url }, { includeParticipants: true });
    const text = `from theirs ${randomUUID()}`;
    await alice.conversation.post(current, text);
    const bytes = randomBytes(50_000);
    await alice.conversation.share(current, [
      Object.assign(Buffer.from(bytes), { name: 'theirs.bin', displayName: 'theirs.bin' }),
    ]);
    await alice.conversation.add(current, person('aoi').id);
    const history = cloister(ben, 'room', 'history', ours.id);
    assert.ok(JSON.stringify(history).includes(text));
    const target = join(folder, 'theirs.bin');
    cloister(ben, 'room', 'download', ours.id, 'theirs.bin', '--output', target);
    assert.deepEqual(readFileSync(target), bytes);
    assert.ok(
      JSON.stringify(cloister(person('aoi'), 'room', 'history', ours.id)).includes(text),
      'the person they added reads with our client',
    );
  });

  it('goes on after ours removed a person and rotated', async () => {
    const ben = person('ben');
    cloister(ben, 'room', 'remove', ours.id, person('aoi').email);
    const text = `after ours removed ${randomUUID()}`;
    const current = await alice.conversation.get(
      { url: ours.url ?? alice.conversation.getConvoUrl({ id: ours.id }) },
      { includeParticipants: true },
    );
    await alice.conversation.post(current, text);
    // Its post is done once it has made a new key and posted again, which it does not wait for.
    await alice.received(({ object }) => object?.displayName === text, 'its own post under the new key');
    assert.ok(JSON.stringify(cloister(ben, 'room', 'history', ours.id)).includes(text));
  });
});
