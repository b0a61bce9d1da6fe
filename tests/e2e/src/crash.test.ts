import { type Constellation, constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chanceFrom, passes, seed } from './crash/chance.ts';
import { add, insist, isIn, remove } from './crash/change.ts';
import { checkFate, checkHistory, checkLog, checkSaid, checkWitness } from './crash/check-room.ts';
import { colludingPlatform } from './crash/colluding-platform.ts';
import { type Journal, journal } from './crash/journal.ts';
import { readRoomLog } from './crash/room-log.ts';
import { strike, targets } from './crash/strike.ts';
import { Traffic } from './crash/traffic.ts';
import { Witness } from './crash/witness.ts';
import { type SdkPerson, say, sdkPerson, textOf, until, withSession } from './sdk/sdk-person.ts';

let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let aoi: SdkPerson;
let people: SdkPerson[];

beforeAll(async () => {
  all = await constellation();
  people = await Promise.all(['alice', 'ben', 'aoi'].map((local) => sdkPerson(all, local)));
  [alice, ben, aoi] = people as [SdkPerson, SdkPerson, SdkPerson];
});
afterAll(async () => {
  await Promise.all(people?.map((person) => person.close()) ?? []);
  await all?.stop();
});

it(
  'loses, doubles and misplaces nothing when any server is killed under traffic, and no client needs a reload (R280, R333)',
  async () => {
    const notes = journal(seed);
    const chance = chanceFrom(seed);
    const witnesses = people.map((person) => new Witness(person));
    const stable = new Set<RoomId>();
    const traffic = new Traffic({ people, chance, mayLose: (roomId) => !stable.has(roomId) });

    const everyone = async (title: string): Promise<RoomId> => {
      const others = [ben.id, aoi.id];
      const roomId = await insist(notes, 'create', () => alice.client.rooms.create({ title, people: others }));
      for (const { client } of people)
        await until(client, () => client.snapshot().rooms.some(({ id }) => id === roomId));
      await Promise.all(witnesses.map((witness) => witness.watch(roomId)));
      return roomId;
    };
    const lasting = async (title: string): Promise<void> => {
      const roomId = await everyone(title);
      stable.add(roomId);
      traffic.join(roomId, people);
    };
    /** Ben and Aoi come and go here while they write. */
    const moving = await everyone('moving');
    traffic.join(moving, people);
    await lasting('lasting');
    const change = async (): Promise<void> => {
      const kind = chance.below(3);
      const subject = chance.pick([ben, aoi]);
      if (kind === 0) await lasting('made in a storm');
      else if (isIn(alice, moving, subject)) {
        await remove(notes, alice, moving, subject);
        traffic.leave(moving, subject);
      } else {
        await add(notes, alice, moving, subject);
        traffic.join(moving, [subject]);
      }
    };

    traffic.start();
    for (let pass = 0; pass < passes; pass += 1) {
      for (const names of chance.shuffle(targets)) {
        await traffic.more(1 + chance.below(10));
        await Promise.all([change(), strike(all, names, chance, notes)]);
        await traffic.everyoneAgain();
        notes.note(`everyone writes again, ${traffic.said.length} messages so far`);
      }
    }
    if (isIn(alice, moving, ben)) await remove(notes, alice, moving, ben);
    traffic.leave(moving, ben);
    await traffic.everyoneAgain();
    await traffic.stop();
    notes.note('traffic has stopped');

    await checkEverything(notes, traffic, witnesses, stable);
    await checkRemoved(moving);
    for (const witness of witnesses) witness.end();
  },
  150_000 * (passes + 0.2),
);

async function checkEverything(notes: Journal, traffic: Traffic, witnesses: Witness[], stable: Set<RoomId>) {
  const { core } = all.endpoints;
  for (const person of people) {
    await until(person.client, () => person.client.snapshot().connection.state === 'online');
    expect(person.client.snapshot().unsent).toBe(0);
    // A second device knows nothing but what the servers kept.
    const fresh = await withSession(person.session);
    const rooms = fresh.client.snapshot().rooms.map(({ id }) => id);
    expect(person.client.snapshot().rooms.map(({ id }) => id)).toEqual(expect.arrayContaining(rooms));
    for (const roomId of rooms) {
      notes.note(`checking ${roomId} for ${person.id.slice(0, 4)}`);
      const told = await readRoomLog(core, person.session, roomId);
      const said = traffic.said.filter((one) => one.roomId === roomId);
      checkLog(told);
      checkSaid(told, said);
      await checkFate(fresh, roomId);
      await checkHistory(fresh, told, said);
      await checkHistory(person, told, said);
    }
    await fresh.close();
  }
  for (const witness of witnesses) {
    for (const roomId of stable) {
      checkWitness(
        witness,
        roomId,
        traffic.said.filter((one) => one.roomId === roomId),
      );
    }
  }
}

/** Ben is out: the room's newest message stays closed to him even when the core shows him all of the room. */
async function checkRemoved(roomId: RoomId) {
  await say(alice, roomId, 'after you left');
  const helped = await withSession(ben.session, undefined, colludingPlatform(alice.session));
  await helped.client.rooms.open(roomId);
  const newest = await until(
    helped.client,
    () => {
      const entry = helped.client.timeline(roomId).entries.at(-1);
      return entry?.kind === 'message' && entry.content.state !== 'opening' ? entry : undefined;
    },
    roomId,
  );
  expect(newest).toMatchObject({ content: { state: 'undecryptable', reason: 'removed' } });
  expect(textOf(newest)).toBeUndefined();
  await helped.close();
}
