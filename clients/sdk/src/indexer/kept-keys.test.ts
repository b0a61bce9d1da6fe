import { newContentKey } from '@cloister/seal';
import { CloisterError, type KeyUri } from '@cloister/wire';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ContentKey } from '../keys/key-record.ts';
import { keyUri } from '../testing/log.ts';
import { KeptKeys } from './kept-keys.ts';

const wiped = expect.objectContaining({ code: 'seal/invalid-key' });
let now: number;
let asked: KeyUri[];
let refusal: CloisterError | undefined;
let keys: KeptKeys;

beforeEach(() => {
  now = 0;
  asked = [];
  refusal = undefined;
  const fetch = async (uri: KeyUri): Promise<ContentKey> => {
    asked.push(uri);
    if (refusal !== undefined) throw refusal;
    return { uri, key: newContentKey(uri) };
  };
  keys = new KeptKeys({ fetch, now: () => now, keepMs: 1000, most: 2 });
});

const use = (n: number) => keys.using(keyUri(n), async ({ key }) => key);

describe('content keys that a machine keeps for a while', () => {
  it('are asked for once, and again when their time is over, wiped in between', async () => {
    const first = await use(1);
    now = 999;
    expect(await use(1)).toBe(first);
    now = 1000;
    expect(await use(1)).not.toBe(first);
    expect(asked).toEqual([keyUri(1), keyUri(1)]);
    expect(() => first.reveal()).toThrow(wiped);
  });

  it('are as many as may be kept: the oldest goes', async () => {
    const first = await use(1);
    await use(2);
    await use(3);
    expect(() => first.reveal()).toThrow(wiped);
    await use(2);
    expect(asked).toHaveLength(3);
  });

  it('stay whole in the hands of who uses them, and are wiped when the last is done', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const using = keys.using(keyUri(1), async ({ key }) => {
      await promise;
      key.reveal();
      return key;
    });
    now = 5000;
    await use(1);
    resolve();
    const key = await using;
    await Promise.resolve();
    expect(() => key.reveal()).toThrow(wiped);
  });

  it('are wiped at once when they are taken back, those in use too, which says why (invariant 8)', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const idle = await use(2);
    const using = keys.using(keyUri(1), async ({ key }) => {
      await promise;
      return key.reveal();
    });
    keys.revoke();
    resolve();
    await expect(using).rejects.toMatchObject({ code: 'kms/revoked' });
    expect(() => idle.reveal()).toThrow(wiped);
    await use(2);
    expect(asked).toEqual([keyUri(2), keyUri(1), keyUri(2)]);
  });

  it('that are refused for good are not asked for with each message; what may pass is', async () => {
    refusal = new CloisterError('kms/not-authorized');
    await expect(use(1)).rejects.toBe(refusal);
    await expect(use(1)).rejects.toBe(refusal);
    expect(asked).toHaveLength(1);
    refusal = new CloisterError('kms/timeout');
    await expect(use(2)).rejects.toBe(refusal);
    await expect(use(2)).rejects.toBe(refusal);
    expect(asked).toHaveLength(3);
  });
});
