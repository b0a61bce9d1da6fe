import { type DomainName, type KmsHost, newId, type OrganisationId } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { directoryChanges, isProven, type ListedRealm } from './directory.ts';
import type { VerifiedDomain } from './domain-claim.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const [acme, globex] = [newId<OrganisationId>(), newId<OrganisationId>()];
const verified = (organisationId: OrganisationId, domain: string): VerifiedDomain => {
  const at = new Date(0);
  return { organisationId, domain: domain as DomainName, claimedAt: at, verifiedAt: at, proof: 'dns' };
};
const realm = (kmsHost: string, ...organisationIds: OrganisationId[]) => ({
  kmsHost: kmsHost as KmsHost,
  organisationIds,
});

it('lists a key server under a domain that one of its own organisations proved, and no other (R301)', () => {
  const domains = [verified(acme, 'acme.example'), verified(globex, 'globex.example')];
  expect(isProven(realm('kms.acme.example', acme), domains)).toBe(true);
  expect(isProven(realm('acme.example', globex, acme), domains)).toBe(true);
  expect(isProven(realm('kms.acme.example', globex), domains)).toBe(false);
  expect(isProven(realm('kms.notacme.example', acme), domains)).toBe(false);
  expect(isProven(realm('example', acme), domains)).toBe(false);
  expect(isProven(realm('kms.acme.example', acme), [])).toBe(false);
});

const listed = fc.record({
  kmsHost: fc.constantFrom('a.example', 'b.example', 'c.example') as fc.Arbitrary<KmsHost>,
  organisationIds: fc.shuffledSubarray([acme, globex]),
  active: fc.boolean(),
});
const directory = fc.uniqueArray(listed, { selector: ({ kmsHost }) => kmsHost });
const shown = (realms: Iterable<ListedRealm>) =>
  [...realms]
    .filter(({ active }) => active)
    .map(({ kmsHost, organisationIds }) => `${kmsHost} ${organisationIds.toSorted().join(' ')}`)
    .toSorted();

it('states what makes the directory as wanted, once, withdrawals first', () => {
  fc.assert(
    fc.property(directory, directory, (known, wanted) => {
      const changes = directoryChanges(known, wanted);
      const after = new Map([...known, ...changes].map((each) => [each.kmsHost, each]));
      const others = known.filter(({ kmsHost }) => wanted.every((each) => each.kmsHost !== kmsHost));
      expect(shown(after.values())).toEqual(shown([...others, ...wanted]));
      expect(directoryChanges([...after.values()], wanted)).toEqual([]);
      expect(changes.map(({ active }) => active)).toEqual(changes.map(({ active }) => active).toSorted());
    }),
    { numRuns },
  );
});
