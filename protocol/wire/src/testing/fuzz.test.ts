import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CloisterError } from '../errors/cloister-error.ts';
import { expectTypedErrors } from './fuzz.ts';

// Whether the fuzzer finds what is planted is no matter of luck here.
beforeAll(() => fc.configureGlobal({ seed: 20_261_122 }));
afterAll(() => fc.resetConfigureGlobal());

it.each([
  ['an untyped throw', (input: unknown) => JSON.parse(String(input))],
  [
    'a code of another package',
    () => {
      throw new CloisterError('core/internal');
    },
  ],
  ['a member read off nothing', (input: unknown) => (input as { client: { id: string } }).client.id],
])('finds %s', (_, parse) => {
  expect(() => expectTypedErrors(parse, { client: { id: 'x' } })).toThrow(/Property failed/);
});

it('reaches members deep inside a sample', () => {
  const deep = { a: [{ b: { c: 'x' } }] };
  const parse = (input: unknown) => {
    const c = (input as typeof deep | null)?.a?.[0]?.b?.c;
    if (c !== undefined && c !== 'x') throw new TypeError('reached');
  };
  expect(() => expectTypedErrors(parse, deep)).toThrow(/Property failed[\s\S]*"c"/);
});
