import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accessScopes, parseScope, reducedAudience } from './scopes.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it('reads scope parameters as RFC 6749 §3.3 writes them', () => {
  expect([...(parseScope('a b a') ?? [])]).toEqual(['a', 'b']);
  for (const text of ['', ' ', ' a', 'a ', 'a  b', 'a\tb', 'a"b', 'a\\b', 'ä', 7, undefined, ['a']]) {
    expect(parseScope(text)).toBeUndefined();
  }
});

it('reads or refuses any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const scope = parseScope(text);
      if (scope !== undefined) expect([...scope].every((part) => /^[\x21-\x7e]+$/.test(part))).toBe(true);
    }),
    { numRuns },
  );
});

it('never lets one token open the key server and something else, nor gives what is not held (R284)', () => {
  const scopes = fc.uniqueArray(fc.constantFrom(...accessScopes, 'x', 'y')).map((list) => new Set<string>(list));
  fc.assert(
    fc.property(scopes, scopes, (held, wanted) => {
      const audience = reducedAudience(held, wanted);
      if (audience === undefined) return;
      expect([...wanted].every((scope) => held.has(scope)) && wanted.size < held.size && wanted.size > 0).toBe(true);
      expect(audience === 'kms').toBe(wanted.has('spark:kms'));
      if (audience === 'kms') expect(wanted.size).toBe(1);
      expect(audience === 'identity').toBe(wanted.size === 1 && wanted.has('spark:people_read'));
    }),
    { numRuns },
  );
});
