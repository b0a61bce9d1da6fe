import { newContentKey } from '@cloister/seal';
import { type KmsResponse, kmsReply, newId, type ResourceUri } from '@cloister/wire';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyServer } from '../kms/key-server.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { keyUri } from '../testing/log.ts';
import { settle } from '../testing/manual-platform.ts';
import { ContentKeys } from './content-keys.ts';

const uri = keyUri(1);
const resourceUri = `kms://kms.acme.example/resources/${newId()}` as ResourceUri;
const served = newContentKey(uri);
let store: Store;
let isRevoked: boolean;
let asked: ((response: KmsResponse) => void)[];
let keys: ContentKeys;

beforeEach(() => {
  store = memoryStore();
  isRevoked = false;
  asked = [];
  const ask = () => new Promise<KmsResponse>((resolve) => asked.push(resolve));
  keys = new ContentKeys({ ask } as unknown as KeyServer, store, () => isRevoked);
});

const answer = () => {
  const { kty, k, kid } = served.revealJwk();
  asked.shift()?.(kmsReply.key('r', { uri, jwk: { kty, k, kid }, resourceUri }));
};
const stored = async () => [...(await store.readAll('keys')).keys()];

describe('content keys of an organisation that switches its main key off (invariant 8)', () => {
  it('are wiped in memory and gone from the store, whoever still holds one', async () => {
    const getting = keys.get(uri);
    await settle();
    answer();
    const { key } = await getting;
    expect(await stored()).toEqual([`key/${uri}`]);
    await keys.forgetAll();
    expect(() => key.reveal()).toThrowError(expect.objectContaining({ code: 'seal/invalid-key' }));
    expect(await stored()).toEqual([]);
  });

  it('are neither asked for nor kept while it is off', async () => {
    isRevoked = true;
    await expect(keys.get(uri)).rejects.toMatchObject({ code: 'kms/revoked' });
    await keys.keep({ uri, key: newContentKey(uri), resourceUri });
    expect([asked.length, await stored()]).toEqual([0, []]);
  });

  it('are asked for anew when they were on their way meanwhile, and not taken from before', async () => {
    const getting = keys.get(uri);
    await settle();
    await keys.forgetAll();
    answer();
    await settle();
    expect([asked.length, await stored()]).toEqual([1, []]);
    answer();
    expect((await getting).key.reveal()).toEqual(served.reveal());
    expect(await stored()).toEqual([`key/${uri}`]);
  });

  it('do not stay in the store when they were being written meanwhile', async () => {
    const write = store.write.bind(store);
    let go: () => void = () => {};
    store.write = async (...entry) => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      await write(...entry);
    };
    const kept = keys.keep({ uri, key: newContentKey(uri), resourceUri });
    await keys.forgetAll();
    go();
    await kept;
    expect(await stored()).toEqual([]);
  });
});
