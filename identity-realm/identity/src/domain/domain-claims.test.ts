import { Resolver } from 'node:dns';
import type { DomainName } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { domainRecord, isProvenBy } from './domain-challenge.ts';
import { isDomainInUse } from './is-domain-in-use.ts';
import { isResolver } from './is-resolver.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const acme = 'acme.example' as DomainName;
const challenge = 'A'.repeat(43);
const record = domainRecord(acme, challenge);

it('is proven by its own record alone, among whatever else is at the name', () => {
  expect(record).toEqual({
    name: '_cloister-challenge.acme.example',
    value: `cloister-domain-verification=${challenge}`,
  });
  expect(isProvenBy(record, ['v=spf1 -all', record.value])).toBe(true);
  const near = fc.constantFrom(` ${record.value}`, `${record.value}\n`, challenge, record.value.toUpperCase(), '');
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), near)), (found) => {
      expect(isProvenBy(record, found)).toBe(found.includes(record.value));
    }),
    { numRuns },
  );
});

it.each([
  ['an address at it', [], ['acme.example']],
  ['an address below it', [], ['elsewhere.example', 'eu.acme.example']],
  ['a key server at it', ['acme.example'], []],
  ['a key server below it', ['kms.acme.example'], []],
])('is in use by %s', (_, hosts, addresses) => {
  expect(isDomainInUse(acme, { hosts, addresses })).toBe(true);
});

it('is in use by an address in another script, and by none that only looks so', () => {
  const uses = { hosts: ['kms.notacme.example'], addresses: ['notacme.example', 'acme.example.evil.example', ''] };
  expect(isDomainInUse(acme, uses)).toBe(false);
  const bücher = 'xn--bcher-kva.example' as DomainName;
  expect(isDomainInUse(bücher, { hosts: [], addresses: ['bücher.example'] })).toBe(true);
});

it('takes as resolver what the resolver takes', () => {
  const port = fc.oneof(fc.integer({ min: -1, max: 70_000 }).map(String), fc.string({ maxLength: 6 }));
  const host = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.constantFrom('localhost', '', '1.2.3', '[::1'),
  );
  const address = fc.oneof(
    host,
    fc.tuple(host, port).map((parts) => parts.join(':')),
    fc.string(),
  );
  fc.assert(
    fc.property(address, (text) => {
      if (isResolver(text)) expect(() => new Resolver().setServers([text])).not.toThrow();
    }),
    { numRuns },
  );
  expect(['192.0.2.53', '192.0.2.53:5353', '[2001:db8::53]', '[2001:db8::53]:53'].every(isResolver)).toBe(true);
  const refused = ['2001:db8::53', 'localhost:53', '192.0.2.53:0', '192.0.2.53:65536', '192.0.2.53:', ''];
  expect(refused.some(isResolver)).toBe(false);
});
