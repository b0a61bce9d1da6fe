import { isUuid, newId, type UserId } from '@cloister/wire';
import { beforeEach, expect, it } from 'vitest';
import { HttpClient } from '../http/http-client.ts';
import { memoryStore } from '../store/memory-store.ts';
import { acme, alice, ben, chloe, gina, globex } from '../testing/log.ts';
import { type ManualPlatform, manualPlatform } from '../testing/manual-platform.ts';
import { Affiliations } from './affiliations.ts';
import { Organisations } from './organisations.ts';
import { PeopleDirectory } from './people-directory.ts';
import { Profiles } from './profiles.ts';

const names = new Map<UserId, string>([
  [alice, 'Alice'],
  [ben, 'Ben'],
  [chloe, 'Chloe'],
]);
const store = memoryStore();
let asked: UserId[];
let changes: number;
/** What happens while somebody waits for names that are being opened. */
let heard: () => void;
let platform: ManualPlatform;

/** An identity that knows all of Acme by name, and of Globex one person by her address. */
const identity = (url: string, init: RequestInit): Response => {
  const { searchParams } = new URL(url);
  if (searchParams.has('query')) return Response.json({ items: [] });
  if (searchParams.has('email')) {
    const organisation = { id: globex, name: 'Globex', domains: ['globex.example'] };
    return Response.json({ items: [{ id: gina, name: 'Gina Grey', organisation }] });
  }
  const { ids } = JSON.parse(String(init.body)) as { ids: UserId[] };
  asked.push(...ids);
  const organisation = { id: acme, name: 'Acme' };
  return Response.json({ items: ids.map((id) => ({ id, name: names.get(id), organisation })) });
};

const open = () => {
  platform = manualPlatform(identity);
  const http = new HttpClient({ platform, token: async () => 'people', refused: () => {} });
  const affiliations: Affiliations = new Affiliations({
    me: alice,
    organisationId: acme,
    changed: () => people.refresh(),
  });
  const changed = () => {
    changes += 1;
  };
  const organisations = new Organisations(store, changed);
  const profiles: Profiles = new Profiles({ store, affiliations, changed: () => people.refresh() });
  const people: PeopleDirectory = new PeopleDirectory({
    ...{ http, platform, store, affiliations, organisations, profiles, changed },
    identity: 'http://localhost/identity',
    heard: async () => heard(),
  });
  return { affiliations, organisations, profiles, people };
};
let parts: ReturnType<typeof open>;

beforeEach(async () => {
  await store.clear();
  asked = [];
  changes = 0;
  heard = () => {};
  parts = open();
});
const said = (...people: unknown[]) => JSON.stringify(people);
const at = (minute: number) => `2026-11-22T11:${String(minute).padStart(2, '0')}:00.000Z`;

it('asks identity about colleagues and never about people of other organisations in a room (wires §13)', async () => {
  const { affiliations, people } = parts;
  for (const [id, organisation] of [
    [alice, acme],
    [ben, acme],
    [gina, globex],
    [chloe, undefined],
  ] as const) {
    affiliations.met(id, organisation);
  }
  people.need([alice, ben, gina, chloe]);
  await platform.advance(1_000);
  expect(await people.get(gina)).toEqual({ id: gina, known: false, name: '', organisationId: globex });
  expect(await people.get(chloe)).toEqual({ id: chloe, known: false, name: '' });
  await people.learn([alice, ben, gina, chloe]);
  await platform.advance(1_000);
  expect(asked).toEqual([alice, ben]);
  expect(people.view().get(gina)).toEqual({ id: gina, known: false, name: '', organisationId: globex });
});

it('drops a question about somebody who turns out to be of another organisation before it is sent', async () => {
  const { affiliations, people } = parts;
  people.need([gina, ben]);
  affiliations.met(gina, globex);
  affiliations.met(ben, acme);
  await platform.advance(1_000);
  expect(asked).toEqual([ben]);
});

it('calls people of other organisations as they do, and keeps that over a restart', async () => {
  parts.affiliations.met(gina, globex);
  parts.profiles.hear({ actor: gina, published: at(1) }, said({ id: gina, name: 'Gina' }));
  await platform.advance(20);
  expect(parts.people.view().get(gina)).toEqual({ id: gina, known: true, name: 'Gina', organisationId: globex });
  parts = open();
  await parts.profiles.load();
  await parts.people.load();
  parts.affiliations.met(gina, globex);
  expect(await parts.people.get(gina)).toEqual({ id: gina, known: true, name: 'Gina', organisationId: globex });
  expect(asked).toEqual([]);
});

it('waits for a name that is being opened, and asks identity no more than before', async () => {
  const { affiliations, people, profiles } = parts;
  affiliations.met(gina, globex);
  heard = () => profiles.hear({ actor: gina, published: at(1) }, said({ id: gina, name: 'Gina' }));
  expect((await people.get(gina)).name).toBe('Gina');
  expect(asked).toEqual([]);
});

it('calls who is described by several as they call themselves, else as the newest says', () => {
  const { affiliations, profiles } = parts;
  affiliations.met(gina, globex);
  const named = (actor: UserId, minute: number, name: string) => {
    profiles.hear({ actor, published: at(minute) }, said({ id: gina, name }));
    return profiles.nameOf(gina);
  };
  expect(named(ben, 5, 'G. Grey')).toBe('G. Grey');
  expect(named(chloe, 4, 'older')).toBe('G. Grey');
  expect(named(chloe, 6, 'Gina G.')).toBe('Gina G.');
  expect(named(gina, 1, 'Gina Grey')).toBe('Gina Grey');
  expect(named(ben, 9, 'somebody else')).toBe('Gina Grey');
  expect(named(gina, 10, 'Gina Grey-Hill')).toBe('Gina Grey-Hill');
});

it('lets nobody give a colleague another name, nor oneself, nor somebody of whom nobody says where they belong', async () => {
  const { affiliations, people, profiles } = parts;
  affiliations.met(gina, globex);
  affiliations.met(ben, acme);
  affiliations.met(chloe, undefined);
  const impostors = [alice, ben, chloe].map((id) => ({ id, name: 'Mallory' }));
  profiles.hear({ actor: gina, published: at(1) }, said(...impostors, { id: gina, name: 'Gina' }));
  await people.learn([alice, ben]);
  await platform.advance(20);
  const shown = [alice, ben, chloe, gina].map((id) => people.view().get(id)?.name);
  expect(shown).toEqual(['Alice', 'Ben', undefined, 'Gina']);
});

it('forgets a name that a room gave somebody who turns out to be a colleague', async () => {
  const { affiliations, people, profiles } = parts;
  affiliations.met(ben, globex);
  profiles.hear({ actor: gina, published: at(1) }, said({ id: ben, name: 'Mallory' }));
  expect((await people.get(ben)).name).toBe('Mallory');
  // The core lied; what the key server or identity says weighs more.
  affiliations.says('key-server', ben, acme);
  expect(await people.get(ben)).toMatchObject({ name: 'Ben', organisationId: acme });
});

it.each([
  ['no JSON', 'Gina'],
  ['no list', '{"id":"x"}'],
  ['an id that is none', said({ id: 'gina@globex.example', name: 'Gina' }, { id: gina, name: 'Gina' })],
  ['a name over two lines', said({ id: gina, name: 'Gina\nBen' })],
  ['more than fifty people', said(...Array.from({ length: 51 }, () => ({ id: gina, name: 'Gina' })))],
  ['more than 6 KiB', said({ id: gina, name: 'Gina', more: 'x'.repeat(6 * 1024) })],
])('believes nothing of what is not as described: %s', (_, text) => {
  const { affiliations, profiles } = parts;
  affiliations.met(gina, globex);
  expect(() => profiles.hear({ actor: gina, published: at(1) }, text)).toThrowError(
    expect.objectContaining({ code: expect.stringMatching(/^wire\//) }),
  );
  expect(profiles.nameOf(gina)).toBeUndefined();
});

it('names people found by their address, with their organisation, and is not told otherwise by a room (R425)', async () => {
  const { organisations, people, profiles } = parts;
  const [found] = await people.search('gina@globex.example');
  expect(found).toEqual({ id: gina, known: true, name: 'Gina Grey', organisationId: globex });
  expect(organisations.view().get(globex)).toEqual({ id: globex, name: 'Globex', domains: ['globex.example'] });
  profiles.hear({ actor: ben, published: at(1) }, said({ id: gina, name: 'Impostor' }));
  expect(people.view().get(gina)?.name).toBe('Gina Grey');
  parts = open();
  await Promise.all([parts.organisations.load(), parts.profiles.load()]);
  await parts.people.load();
  expect(parts.organisations.view().get(globex)?.name).toBe('Globex');
  expect([...parts.people.view().keys()].every(isUuid)).toBe(true);
  expect([parts.affiliations.of(gina), parts.affiliations.mayAsk(gina)]).toEqual([globex, false]);
});

it('says nothing new when nothing is new', async () => {
  const { affiliations, organisations, people, profiles } = parts;
  const tell = () => {
    affiliations.met(gina, globex);
    organisations.learn({ id: globex, name: 'Globex', domains: ['globex.example'] });
    profiles.hear({ actor: gina, published: at(1) }, said({ id: gina, name: 'Gina' }));
  };
  tell();
  await platform.advance(20);
  const [view, before] = [organisations.view(), changes];
  tell();
  organisations.learn({ id: globex, name: '', domains: [] });
  await platform.advance(20);
  expect([organisations.view(), changes]).toEqual([view, before]);
  expect(people.view().get(gina)?.name).toBe('Gina');
});

it('says once that the organisations of a thousand people in a room became known', async () => {
  const { affiliations } = parts;
  const before = changes;
  for (let n = 0; n < 1_000; n += 1) affiliations.met(newId<UserId>(), n % 2 === 0 ? acme : globex);
  await platform.advance(1_000);
  expect(changes - before).toBe(1);
});
