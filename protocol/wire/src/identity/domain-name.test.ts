import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isKmsHost } from '../kms-uri/kms-host.ts';
import { runs } from '../testing/fuzz.ts';
import { type DomainName, isDomainName, liesWithin } from './domain-name.ts';

it.each([
  'acme.example',
  'eu.acme.example',
  'a-b.c3',
  '1.example',
  'xn--bcher-kva.example',
  `${'a'.repeat(63)}.example`,
  `${'a.'.repeat(125)}com`,
])('takes %s', (domain) => {
  expect(isDomainName(domain)).toBe(true);
});

it.each([
  ['one label', 'localhost'],
  ['capital letters', 'Acme.example'],
  ['a dot at the end', 'acme.example.'],
  ['an empty label', 'acme..example'],
  ['an underscore', '_cloister-challenge.acme.example'],
  ['a wildcard', '*.acme.example'],
  ['another script', 'bücher.example'],
  ['letters that look alike', 'аcme.example'],
  ['a hyphen at an end of a label', '-acme.example'],
  ['a reserved label that is no A-label', 'ab--cd.example'],
  ['nothing after xn--', 'xn--.example'],
  ['an IPv4 address', '192.0.2.1'],
  ['a number a resolver reads as an address', 'acme.0x7f'],
  ['an IPv6 address', '[2001:db8::1]'],
  ['a port', 'acme.example:443'],
  ['an address', 'alice@acme.example'],
  ['white space', ' acme.example'],
  ['a line break', 'acme.example\n'],
  ['a label of 64', `${'a'.repeat(64)}.example`],
  ['254 characters', `${'a.'.repeat(125)}comm`],
  ['nothing', ''],
  ['no text', 7],
])('refuses %s', (_, value) => {
  expect(isDomainName(value)).toBe(false);
});

it('takes nothing but lower-case labels, and every key server name of two labels or more', () => {
  const part = fc.stringMatching(/^[a-zA-Z0-9-]{0,8}$/);
  const near = fc
    .array(fc.oneof(part, fc.constantFrom('xn--a', 'com', '127')), { maxLength: 5 })
    .map((p) => p.join('.'));
  fc.assert(
    fc.property(fc.oneof(near, fc.domain(), fc.ipV4(), fc.ipV6(), fc.string({ unit: 'binary' })), (value) => {
      if (!isDomainName(value)) {
        expect(isKmsHost(value) && value.includes('.')).toBe(false);
        return;
      }
      expect(value).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
      expect(value.length).toBeLessThanOrEqual(253);
      expect(isIP(value)).toBe(0);
      // What browsers and Node's URL read is the same name, and no address.
      if (!value.includes('xn--')) expect(new URL(`http://${value}/`).hostname).toBe(value);
    }),
    runs,
  );
});

it('knows what lies below a domain by whole labels', () => {
  const acme = 'acme.example' as DomainName;
  for (const host of ['acme.example', 'kms.acme.example', 'a.b.acme.example'])
    expect(liesWithin(host, acme)).toBe(true);
  for (const host of ['notacme.example', 'example', 'acme.example.evil.example', 'acme.example.']) {
    expect(liesWithin(host, acme)).toBe(false);
  }
});
