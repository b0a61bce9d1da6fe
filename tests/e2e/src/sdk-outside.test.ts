import { type ClientSnapshot, globalPlatform, type Platform } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId, UserId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandLine } from './cli/command-line.ts';
import { gather } from './sdk/gather.ts';
import { makeRoom, type SdkPerson, say, seen, until, withSession } from './sdk/sdk-person.ts';

let all: Constellation;
/** Alice and Aoi are Acme's, Grace is Globex's. */
let alice: SdkPerson;
let aoi: SdkPerson;
let grace: SdkPerson;
let end: () => Promise<void>;
/** Whom each of them asked identity about by id. */
const asked = { alice: new Set<string>(), grace: new Set<string>() };

const noting = (ids: Set<string>): Platform => ({
  ...globalPlatform,
  fetch: (input, init) => {
    if (String(input).endsWith('/people/lookup')) {
      for (const id of (JSON.parse(String(init?.body)) as { ids: string[] }).ids) ids.add(id);
    }
    return globalPlatform.fetch(input, init);
  },
});

beforeAll(async () => {
  const options = { alice: { platform: noting(asked.alice) }, grace: { platform: noting(asked.grace) } };
  ({ all, alice, aoi, grace, end } = await gather(['alice', 'aoi', 'grace'], options));
});
afterAll(() => end?.());

const { done } = commandLine(() => all.data);
const named = (person: SdkPerson, id: UserId, name: string, roomId: RoomId) =>
  until(person.client, () => person.client.snapshot().people.get(id)?.name === name, roomId);
const organisationOf = (local: string) => all.person(local).organisationId as never;
const room = ({ rooms }: ClientSnapshot, roomId: RoomId) => rooms.find(({ id }) => id === roomId);

it('calls people of other organisations by name, and nobody asks identity about them (R446)', async () => {
  const [found] = await alice.client.people.search('grace@globex.example');
  expect(found).toMatchObject({ id: grace.id, name: all.person('grace').name });
  const id = await makeRoom(alice, 'Neighbours', [grace, aoi]);
  // Who is added learns who made the room before anybody says a word, and everybody who is there.
  await grace.client.rooms.open(id);
  await named(grace, alice.id, all.person('alice').name, id);
  await named(grace, aoi.id, all.person('aoi').name, id);
  // Aoi never looked Grace up: she is told by who did.
  await aoi.client.rooms.open(id);
  await named(aoi, grace.id, all.person('grace').name, id);
  await say(grace, id, 'hello neighbours');
  await seen(alice, id, 'hello neighbours');
  expect([...asked.alice]).not.toContain(grace.id);
  expect([...asked.grace]).not.toContain(alice.id);
  expect([...asked.grace]).not.toContain(aoi.id);
});

it('says on each side which organisation is outside, and what it is called', async () => {
  const id = await makeRoom(alice, 'Borders', [grace]);
  await until(grace.client, () => room(grace.client.snapshot(), id)?.outside.length === 1);
  expect(room(alice.client.snapshot(), id)?.outside).toEqual([organisationOf('grace')]);
  expect(room(grace.client.snapshot(), id)?.outside).toEqual([organisationOf('alice')]);
  await grace.client.rooms.open(id);
  const acme = await until(grace.client, () => grace.client.snapshot().organisations.get(organisationOf('alice')), id);
  expect(acme).toMatchObject({ name: 'Acme', domains: ['acme.example'] });
});

it('knows the names again on another device, from the room', async () => {
  const id = await makeRoom(alice, 'Second device', [grace]);
  await say(grace, id, 'still me');
  await seen(alice, id, 'still me');
  const second = await withSession(aoi.session);
  await alice.client.rooms.add(id, [aoi.id]);
  await until(second.client, () => room(second.client.snapshot(), id));
  await second.client.rooms.open(id);
  await named(second, grace.id, all.person('grace').name, id);
  await second.close();
});

it('tells of each organisation its key server and the machines it lets read, as its own key server says (R344)', async () => {
  const id = await makeRoom(alice, 'Readers', [grace]);
  const { organisations, keyServers } = await alice.client.rooms.whoCanRead(id);
  const told = new Map(organisations.map((one) => [one.organisationId, one]));
  expect(told.get(organisationOf('alice'))).toMatchObject({ kmsHost: 'kms.acme.example', functions: [] });
  expect(told.get(organisationOf('grace'))).toMatchObject({ kmsHost: 'kms.globex.example', functions: [] });
  expect(new Set(keyServers)).toEqual(new Set(['kms.acme.example', 'kms.globex.example']));
});

it('shows organisations beside names on the command line (R344, R446)', async () => {
  await done(['room', 'create', 'Fence', 'grace@globex.example'], 'alice');
  await done(['room', 'send', 'Fence', 'Good morning', '--as', 'grace@globex.example']);
  const { name } = all.person('grace');
  const people = await done(['room', 'people', 'Fence'], 'alice');
  expect(people.map((line) => line.split(/ {2,}/)).sort()).toEqual(
    [
      [all.person('alice').name, 'Acme (acme.example)'],
      [name, 'Globex (globex.example)'],
    ].sort(),
  );
  const history = await done(['room', 'history', 'Fence'], 'alice');
  expect(history.at(-1)?.slice(18)).toBe(`${name} (Globex): Good morning`);
  const shown = (await done(['room', 'show', 'Fence'], 'alice')).join('\n');
  expect(shown).toMatch(/^people of Globex \(globex\.example\) {2,}\S/m);
  expect(shown).toMatch(/^organisation {2,}Globex \(globex\.example\), kms\.globex\.example, machines: none \(as of /m);
});
