import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { field, parseForm } from './forms.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it('reads what browsers send', () => {
  expect([...parseForm('email=a%40b.example&password=p+%26%E3%81%82')]).toEqual([
    ['email', 'a@b.example'],
    ['password', 'p &あ'],
  ]);
});

it('refuses a field sent twice (RFC 6749 §3.1)', () => {
  expect(() => parseForm('scope=a&scope=b')).toThrow(expect.objectContaining({ code: 'identity/invalid-request' }));
});

it('names a missing field and never its content', () => {
  expect(() => field(parseForm('token='), 'token')).toThrow(expect.objectContaining({ detail: 'token is missing' }));
});

it('reads back any fields, and refuses any other text with our error', () => {
  const fields = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([name]) => name });
  fc.assert(
    fc.property(fields, (entries) => {
      fc.pre(entries.every(([, value]) => !value.includes('\0')));
      expect([...parseForm(String(new URLSearchParams(entries)))]).toEqual(entries);
    }),
    { numRuns },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        parseForm(text);
      } catch (error) {
        expect(error).toBeInstanceOf(CloisterError);
      }
    }),
    { numRuns },
  );
});
