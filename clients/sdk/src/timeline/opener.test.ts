import { newContentKey, sealText } from '@cloister/seal';
import { CloisterError, type ErrorCode, type ResourceUri } from '@cloister/wire';
import { beforeEach, expect, it } from 'vitest';
import { ContentKeys } from '../keys/content-keys.ts';
import type { ContentKey } from '../keys/key-record.ts';
import type { SealedText } from '../rooms/log-entry.ts';
import { emptyWindow } from '../rooms/log-window.ts';
import type { RoomState } from '../rooms/room-state.ts';
import { alice, keyUri, roomId } from '../testing/log.ts';
import { type ManualPlatform, manualPlatform, settle } from '../testing/manual-platform.ts';
import { Opener } from './opener.ts';
import { failureOf } from './undecryptable.ts';

const resource = 'kms://kms.acme.example/resources/eeeeeeee-0000-4000-8000-000000000001' as ResourceUri;
const other = 'kms://kms.acme.example/resources/eeeeeeee-0000-4000-8000-000000000002' as ResourceUri;
const room: RoomState = {
  id: roomId,
  url: '',
  resourceUri: resource,
  title: undefined,
  direct: false,
  moderators: new Set(),
  people: new Set([alice]),
  pending: [],
  liveKeys: [],
  defaultKey: undefined,
  head: 0,
  readPosition: 0,
  created: '',
  updated: '',
  window: emptyWindow,
  opened: true,
};
const key = newContentKey(keyUri(1));
let platform: ManualPlatform;
let found: () => ContentKey;
let opener: Opener;
let changed: number;

beforeEach(() => {
  platform = manualPlatform(() => new Response());
  changed = 0;
  found = () => ({ uri: keyUri(1), key, resourceUri: resource });
  const keys = Object.assign(Object.create(ContentKeys.prototype) as ContentKeys, { get: async () => found() });
  opener = new Opener({
    platform,
    keys,
    room: () => room,
    isMember: () => true,
    changed: () => {
      changed += 1;
    },
  });
});
const sealed = async (text: string): Promise<SealedText> => ({ sealed: await sealText(key, text), keyUri: keyUri(1) });

it('opens in the background and says when it did', async () => {
  const text = await sealed('hello');
  expect(opener.read(roomId, text)).toEqual({ state: 'opening' });
  await settle();
  expect(opener.read(roomId, text)).toEqual({ state: 'open', value: 'hello' });
  expect(changed).toBe(1);
});

it('tells nobody of what no view has asked for, and shows it at once when one does', async () => {
  const text = await sealed('found');
  expect(await opener.settled(roomId, text)).toEqual({ state: 'open', value: 'found' });
  expect(changed).toBe(0);
  expect(opener.read(roomId, text)).toEqual({ state: 'open', value: 'found' });
  const meanwhile = await sealed('on a screen meanwhile');
  const opening = opener.settled(roomId, meanwhile);
  opener.read(roomId, meanwhile);
  await opening;
  await settle();
  expect(changed).toBeGreaterThan(0);
});

it('does not open what a key of another room sealed (threats 17)', async () => {
  found = () => ({ uri: keyUri(1), key, resourceUri: other });
  expect(await opener.settled(roomId, await sealed('moved'))).toMatchObject({ reason: 'other-room', retrying: false });
});

it('shows nothing that came in the clear', async () => {
  const plain = { sealed: 'not sealed at all', keyUri: undefined };
  expect(await opener.settled(roomId, plain)).toMatchObject({ state: 'undecryptable', reason: 'corrupt' });
  const named = { sealed: 'not sealed at all', keyUri: keyUri(1) };
  expect(await opener.settled(roomId, named)).toMatchObject({ state: 'undecryptable', reason: 'corrupt' });
});

it('tries again by itself what time may heal, and swaps the text in place', async () => {
  const text = await sealed('later');
  found = () => {
    throw new CloisterError('kms/not-authorized');
  };
  opener.read(roomId, text);
  await settle();
  expect(opener.read(roomId, text)).toMatchObject({ reason: 'not-yet-authorized', retrying: true });
  found = () => ({ uri: keyUri(1), key, resourceUri: resource });
  await platform.advance(2_000);
  expect(opener.read(roomId, text)).toEqual({ state: 'open', value: 'later' });
});

it('asks again for what is lost only when it is told to', async () => {
  const text = await sealed('gone');
  let asked = 0;
  found = () => {
    asked += 1;
    throw new CloisterError('kms/not-found');
  };
  opener.read(roomId, text);
  await platform.advance(600_000);
  opener.retryAll();
  await settle();
  expect(asked).toBe(1);
});

it('tries nothing again after it was closed, not even what was being opened then', async () => {
  found = () => {
    throw new CloisterError('client/cancelled');
  };
  opener.read(roomId, await sealed('late'));
  opener.close();
  await settle();
  expect(platform.next()).toBeUndefined();
});

it('forgets what it opened, and what a key opened that was on its way meanwhile (invariant 8)', async () => {
  const text = await sealed('secret');
  await opener.settled(roomId, text);
  found = () => {
    throw new CloisterError('kms/revoked');
  };
  const late = await sealed('late');
  opener.read(roomId, late);
  opener.forget();
  expect(opener.read(roomId, text)).toEqual({ state: 'opening' });
  await settle();
  const off = { state: 'undecryptable', reason: 'key-server-sealed', host: 'kms.acme.example', retrying: true };
  expect([opener.read(roomId, text), opener.read(roomId, late)]).toEqual([off, off]);
  found = () => ({ uri: keyUri(1), key, resourceUri: resource });
  opener.retryAll();
  await settle();
  expect(opener.read(roomId, text)).toEqual({ state: 'open', value: 'secret' });
});

it.each<[ErrorCode, boolean, string, boolean]>([
  ['kms/not-authorized', true, 'not-yet-authorized', true],
  ['kms/not-authorized', false, 'removed', false],
  ['kms/revoked', true, 'key-server-sealed', true],
  ['kms/outside-not-allowed', true, 'outside-not-allowed', true],
  ['kms/not-found', true, 'key-destroyed', false],
  ['kms/timeout', true, 'key-server-unreachable', true],
  ['client/offline', true, 'key-server-unreachable', true],
  ['seal/open-failed', true, 'corrupt', false],
])('gives %s (member: %s) the reason %s', (code, member, reason, retrying) => {
  expect(failureOf(new CloisterError(code), member)).toEqual({ reason, retrying });
});
