import type { DomainName, OutsideMode } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mayMeet, type OutsideRules, openToAll } from './may-meet.ts';

const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };
const ids = ['acme', 'globex', 'umbrella'];
const domain = fc.constantFrom(...(['a.example', 'b.example', 'sub.a.example', 'c.test'] as DomainName[]));
const domains = fc.uniqueArray(domain);
const mode = fc.constantFrom<OutsideMode>('everybody', 'listed', 'nobody');
const rules = fc.record({
  policy: fc.record({ mode, domains }),
  paused: fc.subarray(ids).map((paused): ReadonlySet<string> => new Set(paused)),
});
const other = fc.record({ id: fc.constantFrom(...ids), domains });
const holds = (check: (own: OutsideRules, one: { id: string; domains: DomainName[] }) => void) =>
  fc.assert(fc.property(rules, other, check), runs);

it('never lets people meet an organisation that is paused, whatever the policy says', () =>
  holds((own, one) => {
    expect(mayMeet({ ...own, paused: new Set([one.id]) }, one)).toBe(false);
  }));

it('lets nobody in, everybody in, or exactly who has proved a domain of the list', () =>
  holds(({ policy }, one) => {
    const allowed = (each: OutsideMode) => mayMeet({ policy: { ...policy, mode: each }, paused: new Set() }, one);
    expect(allowed('nobody')).toBe(false);
    expect(allowed('everybody')).toBe(true);
    expect(allowed('listed')).toBe(one.domains.some((each) => policy.domains.includes(each)));
  }));

it('minds no pause of others, and no order of domains', () =>
  holds((own, one) => {
    const elsewhere = new Set([...own.paused].filter((id) => id !== one.id));
    const turned = { mode: own.policy.mode, domains: own.policy.domains.toReversed() };
    expect(mayMeet({ policy: turned, paused: elsewhere }, { ...one, domains: one.domains.toReversed() })).toBe(
      mayMeet({ ...own, paused: new Set() }, one),
    );
  }));

it('takes no domain below or above for the one that is listed', () => {
  const policy = { mode: 'listed' as const, domains: ['a.example' as DomainName] };
  expect(mayMeet({ policy, paused: new Set() }, { id: 'x', domains: ['sub.a.example'] })).toBe(false);
  expect(
    mayMeet(
      { policy: { ...policy, domains: ['sub.a.example' as DomainName] }, paused: new Set() },
      { id: 'x', domains: ['a.example'] },
    ),
  ).toBe(false);
});

it('lets everybody meet while nothing was decided', () => {
  expect(mayMeet(openToAll, { id: 'x', domains: [] })).toBe(true);
});
