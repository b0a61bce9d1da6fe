import { readFileSync } from 'node:fs';
import { type Administration, makeMasterKeyFile, openAdministration, openKeyManagement } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandLine } from './cli/command-line.ts';
import { chanceFrom, passes, seed } from './crash/chance.ts';
import { gather } from './sdk/gather.ts';
import { enter, makeRoom, type SdkPerson, say, until } from './sdk/sdk-person.ts';
import { found, indexed, indexesOf, searchFor } from './sdk/search-for.ts';
import { shareFiles } from './sdk/shared-files.ts';

// Search with every real server: people of two organisations, each with an indexer of their own.
let all: Constellation;
/** Alice, Aoi and Ben are Acme's, Grace is Globex's. */
let alice: SdkPerson;
let aoi: SdkPerson;
let ben: SdkPerson;
let grace: SdkPerson;
let end: () => Promise<void>;
let hub: Administration;
/** Of Acme's people alone, and of both organisations'. */
let own: RoomId;
let shared: RoomId;
const { done } = commandLine(() => all.data);

beforeAll(async () => {
  ({ all, alice, aoi, ben, grace, end } = await gather(['alice', 'aoi', 'ben', 'grace'], {}, { search: true }));
  hub = openAdministration(alice.session);
  own = await makeRoom(alice, 'Own', [aoi, ben]);
  shared = await makeRoom(alice, 'Shared', [ben, grace]);
  await Promise.all([enter(aoi, own), enter(ben, own), enter(ben, shared), enter(grace, shared)]);
});
afterAll(() => end?.());

it('finds what people wrote in their languages, in every room they are in, newest first (R390, R391, R395)', async () => {
  await say(alice, own, 'The quarterly hedgehogs were running late');
  await say(aoi, own, '来週の会議室は三階です');
  await say(ben, own, '회의에서 검색을 시연합니다');
  await say(grace, shared, 'Hedgehog forecast for both of us');
  await Promise.all([indexed(all, own), indexed(all, shared, 2)]);
  expect(await found(alice, 'hedgehog')).toEqual([
    'Hedgehog forecast for both of us',
    'The quarterly hedgehogs were running late',
  ]);
  expect(await found(ben, 'run')).toEqual(['The quarterly hedgehogs were running late']);
  expect(await found(ben, '会議')).toEqual(['来週の会議室は三階です']);
  expect(await found(alice, '검색')).toEqual(['회의에서 검색을 시연합니다']);
  expect(await found(aoi, 'hedgehog -forecast')).toEqual(['The quarterly hedgehogs were running late']);
  expect(await found(alice, '"quarterly hedgehogs"')).toEqual(['The quarterly hedgehogs were running late']);
  expect(await found(alice, 'unheard')).toEqual([]);
});

it('lets each organisation find by an index of its own (R391)', async () => {
  expect(await found(grace, 'hedgehog')).toEqual(['Hedgehog forecast for both of us']);
  const indexes = await indexed(all, shared, 2);
  expect(new Set(indexes.map(({ organisationId }) => organisationId)).size).toBe(2);
});

it('finds files by their names and by what is in them', async () => {
  await shareFiles(ben, own, { 'budget of marmots.txt': 'Porcupines are planned for 四半期' }, 'text/plain');
  await indexed(all, own);
  const byName = await searchFor(aoi, 'marmots');
  expect(byName.hits.map(({ files, where }) => [files.map(({ name }) => name), where])).toEqual([
    [['budget of marmots.txt'], 'file-name'],
  ]);
  expect((await searchFor(aoi, 'porcupines')).hits.map(({ where }) => where)).toEqual(['in-file']);
  expect((await searchFor(aoi, 'has:document 四半期')).hits).toHaveLength(1);
});

it('finds an edited message by its new words alone, and a deleted one no more', async () => {
  const { id: first } = await say(alice, own, 'an armadillo to be edited');
  const { id: second } = await say(alice, own, 'an armadillo to be deleted');
  if (first === undefined || second === undefined) throw new Error('not stored');
  await indexed(all, own);
  expect(await found(ben, 'armadillo')).toHaveLength(2);
  await alice.client.edit(own, first, { text: 'a pangolin instead' });
  await alice.client.remove(own, second);
  await until(
    ben.client,
    () => ben.client.timeline(own).entries.some((entry) => entry.id === second && entry.kind === 'deleted'),
    own,
  );
  await indexed(all, own);
  expect(await found(ben, 'armadillo')).toEqual([]);
  expect(await found(ben, 'pangolin')).toEqual(['a pangolin instead']);
});

it('lets somebody who was removed find nothing of the room (R333, R398)', async () => {
  const room = await makeRoom(alice, 'Short', [aoi]);
  await enter(aoi, room);
  await say(alice, room, 'a capybara for a while');
  await indexed(all, room);
  expect(await found(aoi, 'capybara')).toHaveLength(1);
  await alice.client.rooms.remove(room, aoi.id);
  await until(aoi.client, () => !aoi.client.snapshot().rooms.some(({ id }) => id === room));
  expect(await found(aoi, 'capybara')).toEqual([]);
  expect(await found(alice, 'capybara')).toHaveLength(1);
});

it('catches up after the function was off, and says meanwhile that search is off (R342)', async () => {
  await hub.setFunction('indexing', false);
  await expect.poll(async () => (await searchFor(alice, 'wombat')).code, { timeout: 60_000 }).toBe('core/search-off');
  await say(alice, own, 'a wombat while nobody looks');
  await hub.setFunction('indexing', true);
  await indexed(all, own);
  await expect
    .poll(async () => (await searchFor(ben, 'wombat')).hits.length, { timeout: 60_000, interval: 3000 })
    .toBe(1);
});

it('loses and doubles nothing when the indexer is killed at any moment', async () => {
  const random = chanceFrom(seed);
  let isOver = false;
  const write = async () => {
    let count = 0;
    for (; !isOver; count += 1) await say(alice, shared, `kangaroo number${count}`);
    return count;
  };
  const writing = write();
  for (let kills = 6 * passes; kills > 0; kills -= 1) {
    for (let wait = random.below(8); wait > 0; wait -= 1) await say(ben, own, 'meanwhile');
    await all.deployment.kill('acme-indexer', 'SIGKILL');
    await all.deployment.start('acme-indexer');
  }
  isOver = true;
  const count = await writing;
  // Globex's indexer was left in peace: what it made of the same messages is what Acme's must have made.
  const indexes = await indexed(all, shared, 2);
  expect(new Set(indexes.map(({ postings }) => postings)).size).toBe(1);
  const texts = await found(alice, 'kangaroo');
  expect(texts).toEqual(Array.from({ length: count }, (_, n) => `kangaroo number${count - 1 - n}`));
});

it('holds nothing while the main key is off, and goes on when it is on again (R045)', async () => {
  const log = () => readFileSync(all.deployment.layout.log('acme-indexer'), 'utf8').trimEnd().split('\n');
  const events = (since: number) =>
    log()
      .slice(since)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const keys = openKeyManagement(alice.client);
  const { wrapped } = await makeMasterKeyFile(await keys.publicKey());
  const { head } = await keys.upload(wrapped, { activate: true });
  const keyId = head?.split('/').at(-1)?.slice(0, 8) ?? '';
  await say(alice, own, 'a numbat before');
  await indexed(all, own);
  // What is written while it stands still it reads when the key is off.
  all.deployment.signal('acme-indexer', 'SIGSTOP');
  await say(alice, own, 'a numbat behind the lock');
  const since = log().length;
  await done(['key', 'revoke', keyId, '--yes', keyId, '--wait'], 'alice');
  all.deployment.signal('acme-indexer', 'SIGCONT');
  await expect
    .poll(() => events(since), { timeout: 120_000 })
    .toContainEqual(expect.objectContaining({ event: 'indexer.unable', code: 'kms/revoked' }));
  const [index] = await indexesOf(all, own);
  expect(index?.position).toBeLessThan(index?.head ?? 0);
  // Also one that begins now.
  await all.deployment.kill('acme-indexer', 'SIGTERM');
  const before = log().length;
  await all.deployment.start('acme-indexer');
  await expect
    .poll(() => events(before), { timeout: 120_000 })
    .toContainEqual(expect.objectContaining({ event: 'indexer.unable', code: 'kms/revoked' }));
  await done(['key', 'activate', keyId], 'alice');
  await indexed(all, own);
  await expect
    .poll(async () => (await searchFor(alice, 'numbat')).hits.map(({ text }) => text), {
      timeout: 120_000,
      interval: 3000,
    })
    .toEqual(['a numbat behind the lock', 'a numbat before']);
});
