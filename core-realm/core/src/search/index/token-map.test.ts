import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { newId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { encodeIndexName } from './index-name.ts';
import { TokenMap } from './token-map.ts';

describe('a token in the store (R394)', () => {
  const name = { organisationId: newId(), roomId: newId(), generation: 0x01020304 } as never;

  it('is the first 8 bytes of AES-256 of token and tag, for each by itself, whatever else is mapped with it (wires.md §14)', () => {
    const [key, tags] = [randomBytes(32), randomBytes(32)];
    const map = new TokenMap(key, tags);
    const [tag, other] = [map.tagOf(encodeIndexName(name)), map.tagOf(randomBytes(36))];
    expect(tag).toEqual(createHmac('sha256', tags).update(encodeIndexName(name)).digest().subarray(0, 6));
    const expected = (token: Uint8Array, by: Uint8Array) =>
      createCipheriv('aes-256-ecb', key, null)
        .update(Buffer.concat([token, by]))
        .subarray(0, 8);
    const tokens = Array.from({ length: 20 }, () => randomBytes(10));
    const mapped = map.map([
      { tag, tokens: Buffer.concat(tokens) },
      { tag: other, tokens: Buffer.alloc(0) },
      { tag: other, tokens: tokens[3] as Buffer },
    ]);
    expect(mapped).toEqual(
      Buffer.concat([...tokens.map((token) => expected(token, tag)), expected(tokens[3] as Buffer, other)]),
    );
  });

  it('is another in every index and under every key', () => {
    const token = Buffer.alloc(10, 2);
    const places = [1, 2].flatMap((key) =>
      [1, 2].map((room) => {
        const map = new TokenMap(Buffer.alloc(32, key), Buffer.alloc(32, 3));
        return map.map([{ tag: map.tagOf(Buffer.alloc(36, room)), tokens: token }]).toString('hex');
      }),
    );
    expect(new Set(places).size).toBe(4);
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
    const map = new TokenMap(Buffer.alloc(32, 1), Buffer.alloc(32, 4));
    const tag = map.tagOf(encodeIndexName(ids));
    expect(map.map([{ tag, tokens: Buffer.alloc(10, 2) }]).toString('hex')).toBe('1934f5b03afaf6af');
  });
});
