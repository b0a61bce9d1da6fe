import { newContentKey, openText } from '@cloister/seal';
import { maxCloisterBytes, maxSealedProfiles, newId, type Profile, parseProfiles, type UserId } from '@cloister/wire';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PersonView } from '../api/person-view.ts';
import type { RoomState } from '../rooms/room-state.ts';
import { acme, alice, ben, chloe, gina, globex, keyUri, roomId } from '../testing/log.ts';
import { manualPlatform, settle } from '../testing/manual-platform.ts';
import { Affiliations } from './affiliations.ts';
import { type Introduction, Introductions } from './introductions.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const key = { uri: keyUri(1), key: newContentKey(keyUri(1)) };
const room = (...people: UserId[]) => ({ id: roomId, people: new Set([alice, ...people]) }) as unknown as RoomState;
const silent = () => new Promise<void>(() => {});

/** A client of Alice's whom identity told these names. */
const introductions = (names: ReadonlyMap<UserId, string>, learn = async () => {}) => {
  const platform = manualPlatform(() => Response.error());
  const affiliations = new Affiliations({ me: alice, organisationId: acme, changed: () => {} });
  affiliations.met(ben, acme);
  affiliations.met(gina, globex);
  const told = (id: UserId): PersonView | undefined => {
    const name = names.get(id);
    return name === undefined ? undefined : { id, known: true, name };
  };
  return { platform, made: new Introductions({ platform, me: alice, people: { learn, told }, affiliations }) };
};
const known = new Map([
  [alice, 'Alice'],
  [ben, 'Ben'],
  [chloe, 'Chloe'],
]);
const opened = async ({ cloister }: Introduction): Promise<readonly Profile[]> =>
  cloister === undefined ? [] : parseProfiles(await openText(key.key, cloister.people));

it('tells a room of several organisations who everybody is, then with each message who wrote it (wires §13)', async () => {
  const { made } = introductions(known);
  const everybody = [
    { id: alice, name: 'Alice' },
    { id: ben, name: 'Ben' },
  ];
  expect(await opened(await made.ofAuthor(room(gina, ben), key))).toEqual(everybody);
  // Nobody got it: the next attempt says it again.
  expect(await opened(await made.ofAuthor(room(gina, ben), key))).toEqual(everybody);
  made.made(roomId);
  expect(await opened(await made.ofAuthor(room(gina, ben), key))).toEqual([{ id: alice, name: 'Alice' }]);
});

it('says nothing in a room of one organisation', async () => {
  const { made } = introductions(known);
  expect(await made.ofAuthor(room(ben), key)).toEqual({});
});

it('says with an addition who is added and who adds', async () => {
  const { made } = introductions(known);
  const introduction = await made.ofPeople([chloe], key);
  expect(introduction.cloister?.key).toBe(key.uri);
  expect(await opened(introduction)).toEqual([
    { id: alice, name: 'Alice' },
    { id: chloe, name: 'Chloe' },
  ]);
});

it('seals what it says', async () => {
  const { made } = introductions(known);
  expect(JSON.stringify(await made.ofAuthor(room(gina, ben), key))).not.toMatch(/Alice|Ben/);
});

it('holds a message back for two seconds at most when identity is silent', async () => {
  const { platform, made } = introductions(new Map(), silent);
  let introduction: Introduction | undefined;
  void made.ofAuthor(room(gina), key).then((one) => {
    introduction = one;
  });
  await platform.advance(1_999);
  expect(introduction).toBeUndefined();
  await platform.advance(1);
  await settle();
  expect(introduction).toEqual({});
});

it('never says more than an entry carries and a reader takes, whatever people are called', async () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(fc.array(name, { maxLength: 80 }), async (said) => {
      const names = new Map(said.map((one) => [newId<UserId>(), one]));
      const { made } = introductions(new Map([[alice, 'Alice'], ...names]));
      const introduction = await made.ofAuthor(room(gina, ...names.keys()), key);
      expect(introduction.cloister?.people.length ?? 0).toBeLessThanOrEqual(maxSealedProfiles);
      const frame = JSON.stringify((await made.ofPeople([...names.keys()], key)).cloister);
      expect(frame.length).toBeLessThanOrEqual(maxCloisterBytes);
      expect((await opened(introduction))[0]).toEqual({ id: alice, name: 'Alice' });
    }),
    { numRuns },
  );
});
