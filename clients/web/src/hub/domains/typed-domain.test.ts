import { isDomainName } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { typedDomain } from './typed-domain.ts';

it.each([
  ['globex.example', 'globex.example'],
  ['  Globex.EXAMPLE ', 'globex.example'],
  ['@globex.example', 'globex.example'],
  ['ada@globex.example', 'globex.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['例え.jp', 'xn--r8jz45g.jp'],
])('takes %j for %s', (text, domain) => {
  expect(typedDomain(text)).toBe(domain);
});

it.each([
  '',
  'globex',
  'https://globex.example/',
  'globex.example:443',
  '192.0.2.1',
  '0x7f.1',
  '*.globex.example',
  'a b.example',
  'globex.example.',
])('takes %j for none', (text) => {
  expect(typedDomain(text)).toBeUndefined();
});

it('gives nothing but domains, whatever is typed', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.domain(), fc.emailAddress(), fc.webUrl()), (text) => {
      const domain = typedDomain(text);
      expect(domain === undefined || isDomainName(domain)).toBe(true);
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
