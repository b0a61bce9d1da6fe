import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { base64url } from './base64url.ts';
import { CloisterError } from './errors/cloister-error.ts';
import { codeOf, runs } from './testing/fuzz.ts';

afterEach(() => vi.unstubAllGlobals());

const platforms = [
  { name: 'Node', prepare: () => {} },
  { name: 'a browser', prepare: () => vi.stubGlobal('Buffer', undefined) },
];

describe.each(platforms)('base64url in $name', ({ prepare }) => {
  // RFC 4648 §10, without padding
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('writes and reads %j as RFC 4648 §10 does', (text, encoded) => {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    prepare();
    expect(base64url.encode(bytes)).toBe(encoded);
    expect(base64url.decode(encoded)).toEqual(bytes);
  });

  it('reads back what it wrote, for any bytes', () => {
    prepare();
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = base64url.encode(bytes);
        expect(text).toMatch(/^[A-Za-z0-9_-]*$/);
        expect(Array.from(base64url.decode(text))).toEqual(Array.from(bytes));
      }),
      runs,
    );
  });

  it('accepts one spelling only: what decodes encodes to itself', () => {
    prepare();
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{0,12}$/), (text) => {
        if (base64url.is(text)) expect(base64url.encode(base64url.decode(text))).toBe(text);
        else expect(codeOf(() => base64url.decode(text))).toBe('wire/invalid-base64url');
      }),
      runs,
    );
  });

  it('writes more bytes than one call can take as arguments', () => {
    prepare();
    const bytes = new Uint8Array(300_000).fill(0xfb);
    expect(base64url.decode(base64url.encode(bytes))).toEqual(bytes);
  });
});

it.each(['Zg==', 'Zm 9', 'Zm9v\n', 'Zm+v', 'Zm/v', 'Z', 'Zh', 'Zm9vY', 'Zm9'])('refuses %j', (text) => {
  expect(() => base64url.decode(text)).toThrow(CloisterError);
});

it('shares no memory with other callers', () => {
  expect(base64url.decode('Zm9vYmFy').buffer.byteLength).toBe(6);
});
