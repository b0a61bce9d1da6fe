import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Constellation, constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chanceFrom, passes, seed } from './crash/chance.ts';
import { add, insist, isIn, remove } from './crash/change.ts';
import { checkEverywhere } from './crash/check-everywhere.ts';
import { checkWitness } from './crash/check-room.ts';
import { departures } from './crash/departures.ts';
import { frozen } from './crash/frozen.ts';
import { getsNothingNew } from './crash/gets-nothing-new.ts';
import { type Journal, journal } from './crash/journal.ts';
import { kept } from './crash/kept-person.ts';
import { checkShared, type Shared, share } from './crash/share.ts';
import { strike, targets } from './crash/strike.ts';
import { Traffic } from './crash/traffic.ts';
import { Witness } from './crash/witness.ts';
import { type SdkPerson, say, sdkPerson, seen, textsOf, until, withSession } from './sdk/sdk-person.ts';

let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let aoi: SdkPerson;
let people: SdkPerson[];
const changes = departures();

beforeAll(async () => {
  all = await constellation();
  people = await Promise.all([
    sdkPerson(all, 'alice', { platform: changes.platform }),
    sdkPerson(all, 'ben'),
    sdkPerson(all, 'aoi'),
  ]);
  [alice, ben, aoi] = people as [SdkPerson, SdkPerson, SdkPerson];
});
afterAll(async () => {
  await Promise.all(people?.map((person) => person.close()) ?? []);
  await all?.stop();
});

const untilAllKnow = async (roomId: RoomId): Promise<void> => {
  for (const { client } of people) await until(client, () => client.snapshot().rooms.some(({ id }) => id === roomId));
};

const roomOfAll = async (notes: Journal, title: string): Promise<RoomId> => {
  const others = [ben.id, aoi.id];
  const roomId = await insist(notes, 'create', () => alice.client.rooms.create({ title, people: others }));
  await untilAllKnow(roomId);
  return roomId;
};

it(
  'loses, doubles and misplaces nothing when any server is killed under traffic, and no client needs a reload (R286, R326, R333)',
  async () => {
    const notes = journal(all);
    const chance = chanceFrom(seed);
    const witnesses = people.map((person) => new Witness(person));
    const lasting = new Set<RoomId>();
    const traffic = new Traffic({ people, chance, mayLose: (roomId) => !lasting.has(roomId) });
    const openRoom = async (title: string): Promise<RoomId> => {
      const roomId = await roomOfAll(notes, title);
      await Promise.all(witnesses.map((witness) => witness.watch(roomId)));
      traffic.join(roomId, people);
      return roomId;
    };
    // Ben and Aoi come and go here while they write; where the others are made, everybody stays.
    const moving = await openRoom('moving');
    const roomId = await openRoom('lasting');
    lasting.add(roomId);
    const shared: Promise<Shared>[] = [];
    const change = async (): Promise<void> => {
      const subject = chance.pick([ben, aoi]);
      if (chance.below(4) === 0) {
        lasting.add(await openRoom('made in a storm'));
      } else if (isIn(alice, moving, subject)) {
        await remove(notes, alice, moving, subject);
        traffic.leave(moving, subject);
      } else {
        await add(notes, alice, moving, subject);
        traffic.join(moving, [subject]);
      }
    };

    traffic.start();
    for (const names of Array.from({ length: passes }, () => chance.shuffle(targets)).flat()) {
      await traffic.more(1 + chance.below(10));
      const bytes = new Uint8Array(100_000 + chance.below(900_000)).fill(shared.length + 1);
      shared.push(share(notes, chance.pick(people), { roomId, name: `file ${shared.length}`, bytes }));
      const departed = changes.next();
      const changed = change();
      // Half of them in the midst of the change, whatever the machine's speed; the others before it, or after.
      const midst = chance.below(2) === 0;
      if (midst) await Promise.race([departed, changed]);
      await strike(all, names, { chance, latest: midst ? 25 : 150, journal: notes });
      await Promise.all([changed, ...shared]);
      await traffic.everyoneAgain();
      notes.note(`everyone writes again, ${traffic.said.length} messages so far`);
    }
    if (isIn(alice, moving, ben)) await remove(notes, alice, moving, ben);
    traffic.leave(moving, ben);
    await traffic.everyoneAgain();
    await traffic.stop();
    notes.note('traffic has stopped');

    await checkEverywhere(all.endpoints.core, people, traffic.said);
    for (const witness of witnesses) {
      for (const roomId of lasting) checkWitness(witness, roomId, traffic.said);
      witness.end();
    }
    const fresh = await withSession(aoi.session);
    await fresh.client.rooms.open(roomId);
    while (fresh.client.timeline(roomId).hasOlder) await fresh.client.history.older(roomId);
    for (const file of shared) await checkShared(fresh, await file);
    await fresh.close();
    await checkRemoved(moving);
  },
  170_000 * passes,
);

/** Ben is out: the room's newest message stays closed to him even when the core shows him all of the room. */
const checkRemoved = async (roomId: RoomId): Promise<void> => {
  await say(alice, roomId, 'after you left');
  await getsNothingNew(ben, alice, [roomId]);
};

it('goes on where it was when core or key server stand still for seconds under traffic', async () => {
  const notes = journal(all);
  const chance = chanceFrom(seed);
  const traffic = new Traffic({ people, chance, mayLose: () => false });
  const roomId = await roomOfAll(notes, 'still');
  traffic.join(roomId, people);
  traffic.start();
  for (const name of ['core', 'acme-kms']) {
    await traffic.everyoneAgain();
    const made = roomOfAll(notes, `made while ${name} stood still`);
    await frozen(all, name);
    notes.note(`${name} goes on`);
    traffic.join(await made, people);
    await traffic.everyoneAgain();
  }
  await traffic.stop();
  await checkEverywhere(all.endpoints.core, people, traffic.said);
});

it('has everything again when the whole deployment was stopped and started on its folder (R286)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-kept-'));
  const roomId = await roomOfAll(journal(all), 'over night');
  const before = await kept(all, 'chloe', folder);
  await alice.client.rooms.add(roomId, [before.id]);
  await say(alice, roomId, 'from alice');
  await seen(before, roomId, 'from alice');
  await say(before, roomId, 'from chloe');
  await all.deployment.kill('door');
  await before.client.send(roomId, { text: 'still in the outbox' });
  await before.close();

  const restarting = all.restart();
  await until(alice.client, () => alice.client.snapshot().connection.state === 'offline');
  const key = await alice.client.send(roomId, { text: 'said while nothing ran' });
  await restarting;
  expect((await alice.client.sent(roomId, key)).send).toEqual({ state: 'sent' });

  const after = await kept(all, 'chloe', folder);
  expect(await deviceOf(after)).toEqual(await deviceOf(before));
  for (const person of [alice, ben, aoi, after]) {
    await seen(person, roomId, 'still in the outbox');
    await seen(person, roomId, 'said while nothing ran');
    expect([...textsOf(person.client, roomId)].sort()).toEqual(
      ['from alice', 'from chloe', 'said while nothing ran', 'still in the outbox'].sort(),
    );
  }
  await checkEverywhere(all.endpoints.core, [...people, after], []);
  await after.close();
  rmSync(folder, { recursive: true });
});

const deviceOf = ({ store }: SdkPerson) => store.read('device', 'registration');
