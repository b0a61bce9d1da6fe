import { createHmac, randomBytes } from 'node:crypto';
import { newId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { encodeIndexName } from './index-name.ts';
import { TokenMap } from './token-map.ts';

describe('a token in the store (R394)', () => {
  const name = { organisationId: newId(), roomId: newId(), generation: 0x01020304 } as never;

  it('is the first 8 bytes of HMAC-SHA-256 over organisation, room, generation and token (wires.md §14)', () => {
    const key = randomBytes(32);
    const tokens = Array.from({ length: 20 }, () => randomBytes(10));
    const expected = tokens.map((token) =>
      createHmac('sha256', key).update(encodeIndexName(name)).update(token).digest().subarray(0, 8),
    );
    expect(new TokenMap(key).map(encodeIndexName(name), Buffer.concat(tokens))).toEqual(Buffer.concat(expected));
  });

  it('is a known answer', () => {
    const ids = {
      organisationId: '11111111-1111-4111-8111-111111111111',
      roomId: '22222222-2222-4222-8222-222222222222',
      generation: 1,
    } as never;
    expect(encodeIndexName(ids).toString('hex')).toBe(
      '111111111111411181111111111111112222222222224222822222222222222200000001',
    );
    expect(new TokenMap(Buffer.alloc(32, 1)).map(encodeIndexName(ids), Buffer.alloc(10, 2)).toString('hex')).toBe(
      '7b6e4e181737aa6e',
    );
  });
});
