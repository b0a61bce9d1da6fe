import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeOf, runs } from '../testing/fuzz.ts';
import { readJson } from './read-json.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('reads the same value from bytes, text and the value itself', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('"__proto__"'));
      const expected: unknown = JSON.parse(text);
      expect(readJson(text, 1e6)).toEqual(expected);
      expect(readJson(bytes(text), 1e6)).toEqual(expected);
      if (typeof expected !== 'string') expect(readJson(expected, 1e6)).toEqual(expected);
    }),
    runs,
  );
});

it('never refuses as too large what is within the limit', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('"__proto__"'));
      expect(() => readJson(text, bytes(text).length)).not.toThrow();
    }),
    runs,
  );
});

it('refuses bytes that are not UTF-8, a byte order mark and text that is not JSON', () => {
  for (const input of [
    Uint8Array.of(0x22, 0xff, 0x22),
    bytes('\ufeff{}'),
    '{"a":1,}',
    '{',
    '',
    'undefined',
    "{'a':1}",
  ]) {
    expect(codeOf(() => readJson(input, 100))).toBe('wire/invalid-json');
  }
});

it('refuses what is longer than the limit before parsing it', () => {
  expect(codeOf(() => readJson('['.repeat(101), 100))).toBe('wire/too-large');
  expect(codeOf(() => readJson(bytes('['.repeat(101)), 100))).toBe('wire/too-large');
  expect(codeOf(() => readJson({ a: 'x'.repeat(100) }, 100))).toBe('wire/too-large');
  expect(codeOf(() => readJson(new Array(101).fill(1), 100))).toBe('wire/too-large');
});

it('refuses nesting that would exhaust a stack', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  expect(codeOf(() => readJson(deep, 1e6))).toBe('wire/invalid-message');
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  expect(codeOf(() => readJson(cycle, 1e6))).toBe('wire/invalid-message');
});

it('refuses a member that would change a prototype', () => {
  expect(codeOf(() => readJson('{"a":[{"__proto__":{"admin":true}}]}', 1e6))).toBe('wire/invalid-message');
});

it.each(['"\\ud800"', '{"\\udc00":1}', '["\\u0000"]', '{"\\u0000":1}', '1e999'])(
  'refuses %s, which cannot be stored as it came',
  (text) => {
    expect(codeOf(() => readJson(text, 1e6))).toBe('wire/invalid-message');
  },
);

it('takes text outside the first plane', () => {
  expect(readJson('{"é":"😀\\ud83d\\ude00"}', 1e6)).toEqual({ é: '😀😀' });
});

it.each([() => 1, Symbol('x'), 1n, new Map(), new Date(0)])('refuses a value JSON cannot say', (value) => {
  expect(codeOf(() => readJson(value, 1e6))).toBe('wire/invalid-message');
});

it('quotes nothing of what it refuses', () => {
  for (const input of ['{"bearer":"hunter2"', new TextEncoder().encode('hunter2')]) {
    expect(() => readJson(input, 1e6)).toThrow(/^((?!hunter2).)*$/);
  }
});
