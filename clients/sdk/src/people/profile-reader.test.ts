import { newContentKey, sealText } from '@cloister/seal';
import { CloisterError, type KeyUri, maxSealedProfiles, type ResourceUri, type UserId } from '@cloister/wire';
import { beforeEach, expect, it } from 'vitest';
import type { ContentKeys } from '../keys/content-keys.ts';
import type { ContentKey } from '../keys/key-record.ts';
import { readActivity } from '../rooms/read-activity.ts';
import type { RoomState } from '../rooms/room-state.ts';
import { memoryStore } from '../store/memory-store.ts';
import { acme, activity, alice, ben, gina, globex, keyUri, roomId } from '../testing/log.ts';
import { type ManualPlatform, manualPlatform, settle } from '../testing/manual-platform.ts';
import { Opener } from '../timeline/opener.ts';
import { Affiliations } from './affiliations.ts';
import { ProfileReader } from './profile-reader.ts';
import { Profiles } from './profiles.ts';

const resource = (n: number) =>
  `kms://kms.globex.example/resources/eeeeeeee-0000-4000-8000-00000000000${n}` as ResourceUri;
/** Made by Gina's device, at her own key server. */
const uri = 'kms://kms.globex.example/keys/dddddddd-0000-4000-8000-000000000001' as KeyUri;
const key = newContentKey(uri);
let served: () => ContentKey;
let platform: ManualPlatform;
let profiles: Profiles;
let reader: ProfileReader;

beforeEach(() => {
  served = () => ({ uri, key, resourceUri: resource(1) });
  platform = manualPlatform(() => Response.error());
  const affiliations = new Affiliations({ me: alice, organisationId: acme, changed: () => {} });
  affiliations.met(gina, globex);
  affiliations.met(ben, acme);
  profiles = new Profiles({ store: memoryStore(), affiliations, changed: () => {} });
  const opener = new Opener({
    platform,
    keys: { get: async () => served() } as unknown as ContentKeys,
    room: () => ({ id: roomId, resourceUri: resource(1), people: new Set([alice]) }) as unknown as RoomState,
    isMember: () => true,
    changed: () => {},
  });
  reader = new ProfileReader({ profiles, open: (room, text) => opener.settled(room, text) });
});

const sealed = (people: readonly { id: UserId; name: string }[]) => sealText(key, JSON.stringify(people));
const grey = [{ id: gina, name: 'Gina Grey' }];
const posted = (cloister: object, members: object = {}) =>
  readActivity(roomId, activity(1, { actor: { id: gina }, encryptionKeyUrl: uri, cloister, ...members }));
const read = async (...entries: ReturnType<typeof posted>[]) => {
  reader.read(entries);
  await settle();
  return profiles.nameOf(gina);
};

it('opens what an author of another organisation calls themselves, by a key of their own key server', async () => {
  expect(await read(posted({ people: await sealed(grey) }))).toBe('Gina Grey');
});

it('says when everything is read', async () => {
  reader.read([posted({ people: await sealed(grey) })]);
  expect(profiles.nameOf(gina)).toBeUndefined();
  await reader.settled();
  expect(profiles.nameOf(gina)).toBe('Gina Grey');
});

it('opens beside an addition by the key that it names', async () => {
  const object = { objectType: 'person', id: gina };
  const members = { verb: 'add', actor: { id: ben }, encryptionKeyUrl: undefined, object };
  const people = await sealed(grey);
  expect(posted({ people }, members).people).toBeUndefined();
  expect(posted({ people, key: 'https://evil.example/keys/1' }, members).people).toBeUndefined();
  expect(await read(posted({ people, key: uri }, members))).toBe('Gina Grey');
});

it.each([
  ['is no text', { people: grey }],
  ['is longer than an entry may carry', { people: 'x'.repeat(maxSealedProfiles + 1) }],
])('does not look at what %s', (_, cloister) => {
  expect(posted(cloister).people).toBeUndefined();
});

it('does not believe what opens under another key', async () => {
  const people = await sealText(newContentKey(keyUri(2)), JSON.stringify(grey));
  expect(await read(posted({ people }))).toBeUndefined();
});

it('does not believe what the core took from another room (threats row 17)', async () => {
  served = () => ({ uri, key, resourceUri: resource(2) });
  expect(await read(posted({ people: await sealed(grey) }))).toBeUndefined();
});

it('passes over what opens and is not as described, and goes on with the next', async () => {
  const odd = posted({ people: await sealText(key, '[{"id":"gina","name":"Gina"}]') });
  const good = readActivity(roomId, {
    ...activity(2, { actor: { id: gina }, encryptionKeyUrl: uri }),
    cloister: { people: await sealed(grey) },
  });
  expect(await read(odd, good)).toBe('Gina Grey');
});

it('tries again when the other organisation’s key server could not be reached', async () => {
  served = () => {
    throw new CloisterError('kms/peer-unreachable');
  };
  const entry = posted({ people: await sealed(grey) });
  expect(await read(entry)).toBeUndefined();
  served = () => ({ uri, key, resourceUri: resource(1) });
  await platform.advance(2_000);
  expect(await read(entry)).toBe('Gina Grey');
});
