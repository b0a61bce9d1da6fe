import { keyLimits } from '@cloister/wire';
import { expect, it } from 'vitest';
import { globalPlatform } from '../platform.ts';
import type { RoomState } from '../rooms/room-state.ts';
import { memoryStore } from '../store/memory-store.ts';
import { kmsHost } from '../testing/key-server-half.ts';
import { keyUri, roomId } from '../testing/log.ts';
import { manualPlatform } from '../testing/manual-platform.ts';
import { ContentKeys } from './content-keys.ts';
import { OwnKeys, type OwnKeysOptions } from './own-keys.ts';

const bytes = Buffer.alloc(32, 1).toString('base64url');

const keysFrom = (answers: (n: number) => string[]) => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return { status: 201, keys: answers(asked).map((uri) => ({ uri, jwk: { kty: 'oct', kid: uri, k: bytes } })) };
  };
  return new OwnKeys({ platform: globalPlatform, kmsHost, keyServer: { ask } } as unknown as OwnKeysOptions);
};

it('gives each of several rooms that are made at once a key of its own (R312)', async () => {
  const own = keysFrom((n) => [`kms://kms.acme.example/keys/00000000-0000-4000-8000-00000000000${n}`]);
  const keys = await Promise.all([own.unbound(), own.unbound(), own.unbound()]);
  expect(new Set(keys.map(({ uri }) => uri)).size).toBe(3);
});

it('takes no key that is said to be of another key server', async () => {
  const own = keysFrom(() => ['kms://kms.globex.example/keys/00000000-0000-4000-8000-000000000001']);
  await expect(own.unbound()).rejects.toMatchObject({ code: 'client/unreadable' });
});

it('gives up when the key server answers without a key', async () => {
  await expect(keysFrom(() => []).unbound()).rejects.toMatchObject({ code: 'kms/unavailable' });
});

const hour = 60 * 60 * 1000;
const home = 'kms://kms.acme.example/resources/eeeeeeee-0000-4000-8000-000000000001';
const elsewhere = 'kms://kms.globex.example/resources/eeeeeeee-0000-4000-8000-000000000001';

/** A device and the room it writes in, with a key server and a core that grant everything. */
const device = (resourceUri = home) => {
  const platform = manualPlatform(() => Response.error());
  const store = memoryStore();
  let made = 0;
  let room = { id: roomId, resourceUri, liveKeys: [], defaultKey: undefined } as unknown as RoomState;
  const ask = async () => {
    made += 1;
    const uri = keyUri(made);
    const expirationDate = new Date(platform.now() + hour).toISOString();
    return { status: 201, keys: [{ uri, jwk: { kty: 'oct', kid: uri, k: bytes }, expirationDate }] };
  };
  const change = async (_room: unknown, _half: unknown, { uri }: { uri: string }) => ({
    activity: { uri },
    response: { key: { resourceUri } },
  });
  const apply = async (_room: unknown, { uri }: { uri: string }) => {
    room = { ...room, liveKeys: [...room.liveKeys, { uri, stale: false, shared: false }] } as RoomState;
  };
  const open = () =>
    new OwnKeys({
      ...{
        platform,
        store,
        kmsHost,
        limits: keyLimits,
        keyServer: { ask },
        changes: { change },
        book: { applyAnswer: apply },
      },
      keys: new ContentKeys({ ask } as never, store, () => false),
    } as unknown as OwnKeysOptions);
  return { platform, open, room: () => room };
};

it('uses one key for a week less an hour, then makes the next before the core would ask for it (R313, threats 19)', async () => {
  const { platform, open, room } = device();
  const own = open();
  const first = await own.key(room());
  await platform.advance(7 * 24 * hour - hour - 1);
  expect((await own.key(room())).uri).toBe(first.uri);
  await platform.advance(1);
  expect((await own.key(room())).uri).not.toBe(first.uri);
});

it('remembers the age of its key through a restart (threats 19)', async () => {
  const { platform, open, room } = device();
  const first = await open().key(room());
  await platform.advance(7 * 24 * hour - hour - 1);
  expect((await open().key(room())).uri).toBe(first.uri);
  await platform.advance(1);
  expect((await open().key(room())).uri).not.toBe(first.uri);
});

it('binds a key that its own key server made to a room that is at home elsewhere, and seals under that (R360)', async () => {
  const { open, room } = device(elsewhere);
  const key = await open().key(room());
  expect(key).toMatchObject({ uri: keyUri(1), resourceUri: elsewhere });
  expect((await open().key(room())).uri).toBe(key.uri);
});
