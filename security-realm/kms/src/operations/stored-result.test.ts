import { createSecretKey, randomBytes } from 'node:crypto';
import { kmsReply } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { Kek } from '../keys/kek-store.ts';
import type { KekLevel } from '../store/kek-row.ts';
import type { OperationRow } from '../store/operation-row.ts';
import { openResult, sealResult } from './stored-result.ts';

const kekOf = (level: KekLevel): Kek => ({
  kekId: 'kek',
  version: 1,
  organisationId: 'organisation',
  level,
  key: createSecretKey(randomBytes(32)),
});
const row = { operationId: 'a'.repeat(64), organisationId: 'organisation' };
const response = kmsReply.done('request');
const open = (kek: Kek, sealed: ReturnType<typeof sealResult>, change = {}) =>
  openResult({ keks: { byId: async () => kek } as never }, { ...row, ...sealed, ...change } as unknown as OperationRow);

describe('a stored result', () => {
  it.each(['realm', 'content'] as const)('opens under the KEK that it names, of level %s', async (level) => {
    const kek = kekOf(level);
    expect(await open(kek, sealResult(kek, row, response))).toEqual(response);
  });

  it('opens as no other operation, organisation or level', async () => {
    const kek = kekOf('realm');
    const sealed = sealResult(kek, row, response);
    for (const change of [{ operationId: 'b'.repeat(64) }, { organisationId: 'other' }]) {
      await expect(open(kek, sealed, change)).rejects.toMatchObject({ code: 'platform/at-rest' });
    }
    await expect(open({ ...kek, level: 'content' }, sealed)).rejects.toMatchObject({ code: 'platform/at-rest' });
  });
});
