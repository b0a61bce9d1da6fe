import { randomBytes } from 'node:crypto';
import type { SearchKey } from '@cloister/sdk';
import { SecretKey } from '@cloister/seal';
import { CloisterError, newId, type ResourceUri } from '@cloister/wire';
import { beforeEach, describe, expect, it } from 'vitest';
import { SearchKeyRing } from './search-key-ring.ts';

const resource = (): ResourceUri => `kms://kms.acme.example/resources/${newId()}` as ResourceUri;
const minutes = 60_000;
const a = resource();
let now: number;
let asked: ResourceUri[];
let given: SecretKey[];
let refusal: CloisterError | undefined;
let ring: SearchKeyRing;

beforeEach(() => {
  now = 0;
  asked = [];
  given = [];
  refusal = undefined;
  const searchKeys = async (uri: ResourceUri): Promise<readonly SearchKey[]> => {
    asked.push(uri);
    if (refusal !== undefined) throw refusal;
    const key = SecretKey.fromBytes(uri, randomBytes(32));
    given.push(key);
    return [{ epoch: 1, createdAt: '2026-11-22T00:00:00.000Z', key }];
  };
  ring = new SearchKeyRing({ client: { searchKeys }, monotonicNow: () => now, most: 2 });
  ring.confirm();
});

describe('the search keys of rooms', () => {
  it('are asked for once for many queries, and now and then for postings: a new epoch may have begun', async () => {
    const [first] = await ring.fresh(a);
    expect(await ring.known(a)).toEqual([first]);
    now = 4 * minutes;
    ring.confirm();
    now = 8 * minutes;
    ring.confirm();
    now = 11 * minutes;
    expect(await ring.known(a)).toEqual([first]);
    expect(asked).toHaveLength(1);
    await ring.fresh(a);
    expect(asked).toHaveLength(2);
  });

  it('leave no copy behind of what the key server gave', async () => {
    await ring.fresh(a);
    expect(() => given[0]?.reveal()).toThrow(expect.objectContaining({ code: 'seal/invalid-key' }));
  });

  it('are gone when nobody has said for five minutes that the main key is on (invariant 8)', async () => {
    await ring.known(a);
    now = 5 * minutes;
    expect(ring.isConfirmed).toBe(false);
    refusal = new CloisterError('kms/revoked');
    await expect(ring.known(a)).rejects.toBe(refusal);
    expect(asked).toHaveLength(2);
  });

  it('are asked for anew after they were wiped, and after a refusal', async () => {
    await ring.known(a);
    ring.wipe();
    refusal = new CloisterError('kms/too-many');
    await expect(ring.known(a)).rejects.toBe(refusal);
    refusal = undefined;
    await ring.known(a);
    expect(asked).toHaveLength(3);
  });

  it('are kept of as many rooms as may be', async () => {
    await ring.known(a);
    await ring.known(resource());
    await ring.known(resource());
    await ring.known(a);
    expect(asked).toHaveLength(4);
  });
});
