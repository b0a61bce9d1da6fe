import { SecretKey } from '@cloister/seal';
import { CloisterError, type KeyUri, newId, type ResourceUri, type UserId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { ContentKey } from '../keys/key-record.ts';
import type { KmsCall } from '../kms/key-server.ts';
import { globalPlatform } from '../platform.ts';
import { memoryStore } from '../store/memory-store.ts';
import { QueryKey } from './query-key.ts';

const week = 7 * 24 * 3600_000;
const me = newId<UserId>();

const surroundings = () => {
  const known = new Map<KeyUri, ContentKey>();
  const calls: KmsCall[] = [];
  const state = { now: 1_000, refusal: undefined as CloisterError | undefined };
  const key = new QueryKey({
    platform: { ...globalPlatform, now: () => state.now },
    store: memoryStore(),
    me,
    limits: { maxAgeMs: week, maxMessages: 2 ** 20 },
    keys: {
      get: async (uri) => {
        if (state.refusal !== undefined) throw state.refusal;
        return known.get(uri) as ContentKey;
      },
      keep: async (kept) => void known.set(kept.uri, kept),
    },
    ownKeys: {
      unbound: async () => {
        const uri = `kms://kms.acme.test/keys/${newId()}` as KeyUri;
        return { uri, key: SecretKey.generate(uri) };
      },
    },
    keyServer: {
      ask: async (call) => {
        calls.push(call);
        const uri = `kms://kms.acme.test/resources/${newId()}` as ResourceUri;
        return { status: 201, requestId: newId(), resource: { uri } } as never;
      },
    },
  });
  return { key, calls, state };
};

describe('the key of the conversation with the indexer', () => {
  it('is made by this device, for a resource with nobody else on it, and kept (R395)', async () => {
    const { key, calls } = surroundings();
    const [first, again] = await Promise.all([key.get(), key.get()]);
    expect(again).toBe(first);
    expect((await key.get()).uri).toBe(first.uri);
    expect(calls).toEqual([{ method: 'create', uri: '/resources', body: { userIds: [me], keyUris: [first.uri] } }]);
    expect(first.roomId).toBeUndefined();
  });

  it('is another before it is too old for a content key, when the key server has lost it, and when it was refused', async () => {
    const { key, state } = surroundings();
    const first = await key.get();
    state.now += week - 30 * 60_000;
    const second = await key.get();
    expect(second.uri).not.toBe(first.uri);
    state.refusal = new CloisterError('kms/not-found');
    const third = await key.get();
    expect(third.uri).not.toBe(second.uri);
    state.refusal = undefined;
    await key.forget();
    expect((await key.get()).uri).not.toBe(third.uri);
  });

  it('is not made anew because the key server is away, or the main key off', async () => {
    const { key, state, calls } = surroundings();
    await key.get();
    for (const code of ['kms/timeout', 'kms/revoked'] as const) {
      state.refusal = new CloisterError(code);
      await expect(key.get()).rejects.toMatchObject({ code });
    }
    expect(calls).toHaveLength(1);
  });
});
