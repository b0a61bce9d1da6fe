import { type KmsResponse, newId, type OrganisationId, type ResourceUri, type UserId } from '@cloister/wire';
import { beforeEach, expect, it } from 'vitest';
import { Affiliations } from '../people/affiliations.ts';
import { Organisations } from '../people/organisations.ts';
import type { RoomBook } from '../rooms/room-book.ts';
import type { RoomState } from '../rooms/room-state.ts';
import { memoryStore } from '../store/memory-store.ts';
import { kmsHost } from '../testing/key-server-half.ts';
import { acme, alice, ben, chloe, gina, globex, keyUri, roomId } from '../testing/log.ts';
import { type ManualPlatform, manualPlatform } from '../testing/manual-platform.ts';
import { Readers } from './readers.ts';

const resource = (host: string) => `kms://${host}/resources/eeeeeeee-0000-4000-8000-000000000001` as ResourceUri;
const at = { acme: resource('kms.acme.example'), globex: resource('kms.globex.example') };
const named = (organisationId: OrganisationId, name: string) => ({
  organisationId,
  name: `${name[0]?.toUpperCase()}${name.slice(1)}`,
  domains: [`${name}.example`],
  kmsHost: `kms.${name}.example`,
});
const both = [
  { ...named(acme, 'acme'), functions: ['indexing'], statedAt: '2026-11-22T11:00:00.000Z', statement: 'a.b.c' },
  named(globex, 'globex'),
];

let room: RoomState;
let listed: readonly { readonly id: UserId; readonly organisationId?: OrganisationId }[];
let declared: object;
let creator: UserId | undefined;
let asked: string[];
let platform: ManualPlatform;
let affiliations: Affiliations;
let organisations: Organisations;
let readers: Readers;

beforeEach(() => {
  room = {
    id: roomId,
    resourceUri: at.globex,
    people: new Set([alice, gina]),
    liveKeys: [{ uri: keyUri(1), stale: false, shared: false }],
  } as unknown as RoomState;
  listed = [{ id: alice }, { id: gina, organisationId: globex }];
  declared = { organisations: both };
  creator = gina;
  asked = [];
  platform = manualPlatform(() => Response.error());
  affiliations = new Affiliations({ me: alice, organisationId: acme, changed: () => {} });
  affiliations.met(gina, globex);
  organisations = new Organisations(memoryStore(), () => {});
  const ask = async ({ uri }: { uri: string }): Promise<KmsResponse> => {
    asked.push(uri);
    const [resourceUri] = uri.split('/authorizations') as [ResourceUri];
    const authorizations = listed.map(({ id: authId, organisationId }) => ({
      ...{ uri: `kms://${kmsHost}/authorizations/${newId()}`, authId, resourceUri },
      ...(organisationId === undefined ? {} : { cloister: { organisationId } }),
    }));
    return { status: 200, requestId: 'r', authorizations, cloister: declared } as unknown as KmsResponse;
  };
  const book = {
    need: async () => room,
    refresh: async () => room,
    creatorOf: async () => creator,
  } as unknown as RoomBook;
  const keyServer = { ask } as never;
  readers = new Readers({
    platform,
    keyServer,
    book,
    me: alice,
    kmsHost,
    affiliations,
    organisations,
    changed: () => {},
  });
});

it('asks the own key server for the list of a room that is at home elsewhere (R362)', async () => {
  await readers.check(room);
  expect(asked).toEqual([`${at.globex}/authorizations`]);
});

it('shows each organisation with its key server and the machines it lets read, and who has not said (R344)', async () => {
  const { organisations: shown, keyServers } = await readers.whoCanRead(roomId);
  const { statement: _, ...first } = both[0] as (typeof both)[number] & { statement: string };
  expect(shown).toEqual([first, both[1]]);
  // Its home, and where this device's own key was made.
  expect([...keyServers].sort()).toEqual(['kms.acme.example', 'kms.globex.example']);
  expect([...organisations.view().values()].map(({ name }) => name)).toEqual(['Acme', 'Globex']);
});

it('shows the indexers of several organisations, each with whose it is, wherever the room is at home (R343, R391)', async () => {
  const functions = [acme, globex].map((organisationId) => ({ organisationId, purpose: 'indexing' }));
  declared = { functions, organisations: both };
  await readers.check(room);
  expect((await readers.whoCanRead(roomId)).functions).toEqual(functions);
});

it('takes who belongs where from the key server rather than from the core', async () => {
  affiliations.met(chloe, acme);
  listed = [...listed, { id: chloe, organisationId: globex }];
  room = { ...room, people: new Set([alice, gina, chloe]) };
  await readers.check(room);
  expect([affiliations.of(chloe), affiliations.mayAsk(chloe)]).toEqual([globex, false]);
});

it('stops what is sent to a room whose list names somebody its roster does not, wherever it is at home', async () => {
  listed = [...listed, { id: ben, organisationId: globex }];
  const checked = readers.check(room);
  const refused = expect(checked).rejects.toMatchObject({ code: 'client/roster-mismatch', people: [ben] });
  await platform.advance(10_000);
  await refused;
  expect(readers.unexplained(roomId)).toEqual([ben]);
});

it('seals nothing for a room that is not at the key server of its creator’s organisation (threats row 17)', async () => {
  // The core shows Alice's own room under a resource of another key server, whose list may say anything.
  creator = alice;
  await expect(readers.check(room)).rejects.toMatchObject({ code: 'client/unreadable' });
});

it('needs no word of the core about rooms at the own key server, and none about an organisation nobody is of any more', async () => {
  room = { ...room, resourceUri: at.acme };
  creator = gina;
  await readers.check(room);
  room = { ...room, resourceUri: at.globex };
  declared = { organisations: [both[0]] };
  readers.forget(roomId);
  await readers.check(room);
  expect(asked).toHaveLength(2);
});

it('seals nothing when the key server names readers in a way this client does not understand (R097)', async () => {
  declared = { organisations: [{ ...both[0], functions: ['advertising'] }] };
  await expect(readers.check(room)).rejects.toMatchObject({ code: 'wire/invalid-message' });
});

it('has the organisations of a room named, and asks for none that is known', async () => {
  await readers.name(room);
  expect(organisations.view().get(globex)?.name).toBe('Globex');
  await readers.name(room);
  expect(asked).toHaveLength(1);
});

it('asks for no names in a room of one organisation', async () => {
  room = { ...room, people: new Set([alice]) };
  await readers.name(room);
  expect(asked).toEqual([]);
});
