import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { colludingPlatform } from './crash/colluding-platform.ts';
import { hasNetworks } from './network/closed-network.ts';
import { ClosedRealm } from './network/closed-realm.ts';
import { gather } from './sdk/gather.ts';
import { eventsSeen, makeRoom, type SdkPerson, say, seen, until, withSession } from './sdk/sdk-person.ts';
import { fileNamed, shareFiles } from './sdk/shared-files.ts';

let all: Constellation;
/** Alice and Aoi are Acme's, Grace and Ken Globex's; Olivia has no enterprise: the operator's realm serves her. */
let alice: SdkPerson;
let aoi: SdkPerson;
let grace: SdkPerson;
let ken: SdkPerson;
let olivia: SdkPerson;
let end: () => Promise<void>;

/** Globex is behind a firewall that lets nothing in, where the machine has networks to close. */
let globex: ClosedRealm | undefined;
/** How often its key server had called the core before anybody did anything. */
let opened: number;

beforeAll(async () => {
  globex = hasNetworks ? await ClosedRealm.open('globex') : undefined;
  const names = ['alice', 'aoi', 'grace', 'ken', 'olivia'] as const;
  ({ all, alice, aoi, grace, ken, olivia, end } = await gather(names, {}, globex));
  opened = globex?.network.counts().opened.core ?? 0;
});
afterAll(async () => {
  await end?.();
  await globex?.close();
});

const hostOfKey = (uri: string) => new URL(uri.replace('kms:', 'http:')).host;
const view = ({ client }: SdkPerson, id: RoomId) => client.snapshot().rooms.find((room) => room.id === id);
const gone = (person: SdkPerson, id: RoomId) => until(person.client, () => view(person, id) === undefined);
const kmsOf = (local: string) => {
  const { organisationId } = all.person(local);
  return all.endpoints.organisations.find(({ id }) => id === organisationId)?.kmsHost;
};

/** With a core on their side, somebody who is gone still opens nothing: each key server refuses (invariant 3). */
const refused = async (person: SdkPerson, id: RoomId, member: SdkPerson): Promise<void> => {
  const helped = await withSession(person.session, undefined, colludingPlatform(member.session));
  await helped.client.rooms.open(id);
  const contents = () => {
    const entries = helped.client.timeline(id).entries.filter((entry) => entry.kind === 'message');
    const open = entries.some(({ content }) => content.state === 'opening');
    return entries.length > 0 && !open ? entries.map(({ content }) => content) : undefined;
  };
  for (const content of await until(helped.client, contents, id)) {
    expect(content).toMatchObject({ state: 'undecryptable', reason: 'removed' });
  }
  await helped.close();
};

it('lets people of three organisations talk the first time they try, without any set-up (R360, R361, R367)', async () => {
  const id = await makeRoom(alice, 'Joint venture', [grace, olivia]);
  await say(alice, id, 'welcome');
  await seen(grace, id, 'welcome');
  await seen(olivia, id, 'welcome');
  await say(grace, id, 'glad to be here');
  await say(olivia, id, 'me too');
  for (const person of [alice, grace, olivia]) {
    await seen(person, id, 'glad to be here');
    await seen(person, id, 'me too');
    const room = view(person, id);
    expect(room?.title).toEqual({ state: 'open', value: 'Joint venture' });
    expect(new Set(room?.people)).toEqual(new Set([alice.id, grace.id, olivia.id]));
  }
});

it('seals everybody’s messages under keys of their own key server (R312, R362)', async () => {
  const id = await makeRoom(alice, 'Own keys', [grace]);
  await say(alice, id, 'a');
  await seen(grace, id, 'a');
  await say(grace, id, 'b');
  await seen(alice, id, 'b');
  const { keys, keyServers, people, unexplained, cannotRead } = await grace.client.rooms.whoCanRead(id);
  expect(new Set(keys.map(({ uri }) => hostOfKey(uri)))).toEqual(new Set([kmsOf('alice'), kmsOf('grace')]));
  expect(new Set(keyServers)).toEqual(new Set([kmsOf('alice'), kmsOf('grace')]));
  expect([people.length, unexplained, cannotRead]).toEqual([2, [], []]);
});

it('lets an outsider add a third organisation’s person, who reads what everybody wrote (R363, R365, R366)', async () => {
  const id = await makeRoom(alice, 'Chain', [grace]);
  await say(alice, id, 'from acme');
  await seen(grace, id, 'from acme');
  await say(grace, id, 'from globex');
  await grace.client.rooms.add(id, [olivia.id, ken.id]);
  for (const person of [olivia, ken]) {
    await seen(person, id, 'from acme');
    await seen(person, id, 'from globex');
  }
  await say(olivia, id, 'from the operator');
  for (const person of [alice, grace, ken]) await seen(person, id, 'from the operator');
  expect(await eventsSeen(alice, id, ['joined'], 3)).toEqual([
    ['joined', alice.id, grace.id],
    ['joined', grace.id, olivia.id],
    ['joined', grace.id, ken.id],
  ]);
});

it('carries files both ways', async () => {
  const id = await makeRoom(alice, 'Papers', [grace]);
  const ours = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
  await shareFiles(alice, id, { 'ours.bin': ours });
  await shareFiles(grace, id, { 'theirs.txt': 'of globex' });
  const theirs = await until(alice.client, () => fileNamed(alice, id, 'theirs.txt'), id);
  expect(await (await alice.client.download(id, theirs)).text()).toBe('of globex');
  await grace.client.rooms.open(id);
  const file = await until(grace.client, () => fileNamed(grace, id, 'ours.bin'), id);
  expect(new Uint8Array(await (await grace.client.download(id, file)).arrayBuffer())).toEqual(ours);
});

it('makes every key stale when somebody of another organisation goes, and gives them no newer one (R313, R333)', async () => {
  const id = await makeRoom(alice, 'Departures', [grace, ken, aoi]);
  await say(ken, id, 'before');
  await seen(alice, id, 'before');
  await grace.client.rooms.remove(id, ken.id);
  await gone(ken, id);
  await say(alice, id, 'after, by home');
  await say(grace, id, 'after, by a guest');
  await seen(aoi, id, 'after, by a guest');
  await refused(ken, id, alice);
  await grace.client.rooms.leave(id);
  await gone(grace, id);
  await say(alice, id, 'without globex');
  await seen(aoi, id, 'without globex');
  // A core that shows them everything shows ciphertext: no key server of either organisation gives a key.
  await refused(grace, id, alice);
});

it('lets an outsider moderate, and be dismissed (R447)', async () => {
  const id = await makeRoom(alice, 'Chair', [grace, aoi]);
  await alice.client.rooms.appoint(id, grace.id);
  await until(grace.client, () => view(grace, id)?.moderators.includes(grace.id));
  await expect(alice.client.rooms.add(id, [ken.id])).rejects.toMatchObject({ code: 'core/moderators-only' });
  await grace.client.rooms.add(id, [ken.id]);
  await grace.client.rooms.rename(id, 'Grace presides');
  await until(aoi.client, () => {
    const title = view(aoi, id)?.title;
    return title?.state === 'open' && title.value === 'Grace presides';
  });
  await grace.client.rooms.appoint(id, alice.id);
  await until(alice.client, () => view(alice, id)?.moderators.includes(alice.id));
  await alice.client.rooms.dismiss(id, grace.id);
  await until(grace.client, () => !view(grace, id)?.moderators.includes(grace.id));
  await expect(grace.client.rooms.rename(id, 'Mine')).rejects.toMatchObject({ code: 'core/moderators-only' });
});

it('is a conversation of two people as well, whoever begins it', async () => {
  const id = await grace.client.rooms.direct(alice.id);
  expect(await alice.client.rooms.direct(grace.id)).toBe(id);
  await say(grace, id, 'hello');
  await seen(alice, id, 'hello');
  await say(alice, id, 'hi');
  await seen(grace, id, 'hi');
});

it('opens everything again on a new device of an outsider, who asks the own key server alone (R362)', async () => {
  const id = await makeRoom(alice, 'Second device', [grace]);
  for (const [person, text] of [
    [alice, 'one'],
    [grace, 'two'],
    [alice, 'three'],
  ] as const)
    await say(person, id, text);
  const phone = await withSession(grace.session);
  for (const text of ['one', 'two', 'three']) await seen(phone, id, text);
  await phone.close();
});

it.skipIf(!hasNetworks)(
  'did all of this over one connection of each key server, and nothing came in to Globex (R363, R368)',
  () => {
    expect(globex?.network.counts()).toMatchObject({ opened: { core: opened }, astray: 0 });
    expect(globex?.network.listeners()).toEqual([]);
  },
);
