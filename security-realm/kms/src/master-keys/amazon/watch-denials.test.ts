import { CloisterError } from '@cloister/wire';
import { beforeEach, expect, it } from 'vitest';
import type { Hsm } from '../../keys/hsm.ts';
import { watchDenials } from './watch-denials.ts';

const own = { keyId: 'uploaded', organisationId: 'acme' };
const [first, second] = ['first', 'second'].map((keyId) => ({ ...own, keyId, arn: `arn of ${keyId}` })) as [
  Amazons,
  Amazons,
];
type Amazons = typeof own & { readonly arn: string };
const place = { organisationId: 'acme', kekId: 'kek', version: 1, level: 'content', label: '1' } as const;

let fault: CloisterError | null;
let denied: string[];
const answer = async <T>(value: T): Promise<T> => {
  if (fault !== null) throw fault;
  return value;
};
const fallible: Pick<Hsm, 'wrap' | 'unwrap' | 'rewrap' | 'principal'> = {
  wrap: () => answer(Buffer.alloc(60)),
  unwrap: () => answer(Buffer.alloc(32)),
  rewrap: () => answer([null]),
  principal: () => answer(null),
};
const hsm = watchDenials(fallible, (keyId) => denied.push(keyId));
beforeEach(() => {
  fault = new CloisterError('hsm/key-denied', { detail: 'disabled' });
  denied = [];
});

it('tells of the key whose use Amazon denied, and of both where it may be either', async () => {
  for (const [use, keyIds] of [
    [() => hsm.wrap(first, place, Buffer.alloc(32)), ['first']],
    [() => hsm.unwrap(second, place, Buffer.alloc(60)), ['second']],
    [() => hsm.rewrap(first, second, []), ['first', 'second']],
    [() => hsm.rewrap(own, second, []), ['second']],
    [() => hsm.rewrap(first, own, []), ['first']],
  ] as const) {
    denied = [];
    await expect(use()).rejects.toBe(fault);
    expect(denied).toEqual(keyIds);
  }
});

it('tells of no other fault, and of nothing that is no use of a key', async () => {
  await expect(hsm.principal('acme')).rejects.toBe(fault);
  fault = new CloisterError('hsm/key-unavailable');
  await expect(hsm.rewrap(first, second, [])).rejects.toBe(fault);
  fault = null;
  expect(await hsm.rewrap(first, second, [])).toEqual([null]);
  expect(denied).toEqual([]);
});
