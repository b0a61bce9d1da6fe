import type { DomainName, KmsHost, OrganisationId, OutsideOrganisation, OutsidePolicy } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isAllowed, policyReach, samePolicy } from './outside-reach.ts';

const domain = (name: string) => name as DomainName;
const organisation = (name: string, ...domains: string[]): OutsideOrganisation => ({
  id: name as OrganisationId,
  name,
  domains: domains.map(domain),
  kmsHost: `kms.${name}.example` as KmsHost,
  metAt: '2026-11-01T09:00:00.000Z',
  rooms: 2,
});
const globex = organisation('globex', 'globex.example', 'globex.test');
const initech = organisation('initech', 'initech.example');
const nameless = organisation('nameless');
const all = [globex, initech, nameless];
const everybody: OutsidePolicy = { mode: 'everybody', domains: [] };
const nobody: OutsidePolicy = { mode: 'nobody', domains: [domain('globex.example')] };
const listed = (...domains: string[]): OutsidePolicy => ({ mode: 'listed', domains: domains.map(domain) });

it('lets in who has proved one of the domains listed, and nobody under a domain that only contains it', () => {
  expect(all.filter((each) => isAllowed(listed('globex.test'), each))).toEqual([globex]);
  expect(isAllowed(listed('example'), globex)).toBe(false);
  expect(isAllowed(listed('eu.globex.example'), globex)).toBe(false);
});

it('says who would be shut out', () => {
  expect(policyReach(everybody, listed('initech.example'), all)).toEqual({ shutOut: [globex, nameless], letIn: [] });
  expect(policyReach(everybody, nobody, all).shutOut).toEqual(all);
});

it('says who would be let in again', () => {
  expect(policyReach(nobody, listed('globex.example'), all)).toEqual({ shutOut: [], letIn: [globex] });
});

it('reaches each organisation once at most, and nobody when nothing changes', () => {
  const mode = fc.constantFrom<OutsidePolicy['mode']>('everybody', 'listed', 'nobody');
  const domains = fc.subarray(['globex.example', 'globex.test', 'initech.example'].map(domain));
  const policy = fc.record({ mode, domains });
  fc.assert(
    fc.property(policy, policy, (before, after) => {
      const { shutOut, letIn } = policyReach(before, after, all);
      expect(new Set([...shutOut, ...letIn]).size).toBe(shutOut.length + letIn.length);
      for (const each of shutOut) expect(isAllowed(before, each) && !isAllowed(after, each)).toBe(true);
      for (const each of letIn) expect(!isAllowed(before, each) && isAllowed(after, each)).toBe(true);
      if (samePolicy(before, after)) expect([...shutOut, ...letIn]).toEqual([]);
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});

it('takes policies that decide the same for the same', () => {
  expect(samePolicy(listed('a.example', 'b.example'), listed('b.example', 'a.example'))).toBe(true);
  expect(samePolicy(listed('a.example'), listed('b.example'))).toBe(false);
  expect(samePolicy(everybody, { mode: 'everybody', domains: [domain('a.example')] })).toBe(true);
  expect(samePolicy(everybody, nobody)).toBe(false);
});
