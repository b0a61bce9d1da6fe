import type { KmsResponse } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { Asked } from './asked.ts';
import type { TestClient } from './testing/internals.ts';

type Copy = Parameters<Asked['heard']>[0];

const done = { requestId: '1', status: 201 } as KmsResponse;
const refused = { requestId: '1', status: 422, reason: 'Amazon says no' } as KmsResponse;
const copy = (from: number, to: number, answer: KmsResponse | null): Copy => ({ from, to, answer });

const toldOf = (...copies: readonly Copy[]): string => {
  const request = {
    name: 'add',
    by: {} as TestClient,
    sealed: { channel: null as never, text: '' },
    version: undefined,
  };
  const asked = new Asked(request);
  for (const each of copies) asked.heard(each);
  return asked.told;
};

describe('an administrator', () => {
  it('was told nothing where no copy was answered, and that it is done where one was told so', () => {
    expect(toldOf()).toBe('nothing');
    expect(toldOf(copy(1, 5, null))).toBe('nothing');
    expect(toldOf(copy(1, 5, null), copy(2, 3, refused), copy(6, 7, done), copy(8, 9, null))).toBe('done');
  });

  it('was refused for good where no copy was on its way beside the one that was refused', () => {
    expect(toldOf(copy(1, 5, refused))).toBe('422 Amazon says no');
    expect(toldOf(copy(1, 5, null), copy(5, 6, refused))).toBe('422 Amazon says no');
    expect(toldOf(copy(1, 5, refused), copy(2, 3, refused))).toBe('422 Amazon says no');
  });

  it('knows nothing for certain where one was: it may have been carried out', () => {
    expect(toldOf(copy(2, 3, refused), copy(1, 5, null))).toBe('nothing');
    expect(toldOf(copy(1, 2, refused), copy(3, 5, null))).toBe('nothing');
    expect(toldOf(copy(1, 2, refused), copy(3, 5, null), copy(6, 7, refused))).toBe('422 Amazon says no');
  });
});
