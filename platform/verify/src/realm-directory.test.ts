import { type KmsHost, newId, type OrganisationId } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RealmDirectory } from './realm-directory.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const hosts = ['kms.acme.example', 'kms.globex.example', 'kms.operator.example'] as KmsHost[];
const organisations = Array.from({ length: 4 }, () => newId<OrganisationId>());
const statement = fc.record({
  kmsHost: fc.constantFrom(...hosts),
  organisationIds: fc.shuffledSubarray(organisations),
  active: fc.boolean(),
});

it('gives each organisation the key server that was stated last, and each key server its organisations', () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 12 }), (statements) => {
      const directory = new RealmDirectory();
      const served = new Map<OrganisationId, KmsHost>();
      const listed = new Set<KmsHost>();
      for (const { kmsHost, organisationIds, active } of statements) {
        for (const [id, host] of served) if (host === kmsHost) served.delete(id);
        listed.delete(kmsHost);
        if (active) {
          directory.list({ kmsHost, organisationIds });
          listed.add(kmsHost);
          for (const id of organisationIds) served.set(id, kmsHost);
        } else directory.withdraw(kmsHost);
      }
      for (const id of organisations) expect(directory.of(id)).toBe(served.get(id) ?? null);
      expect(directory.all().map(({ kmsHost }) => kmsHost)).toEqual(expect.arrayContaining([...listed]));
      expect(directory.all()).toHaveLength(listed.size);
      for (const host of hosts) {
        const ids = organisations.filter((id) => served.get(id) === host);
        expect(directory.at(host)?.organisationIds.toSorted() ?? null).toEqual(
          listed.has(host) ? ids.toSorted() : null,
        );
      }
    }),
    { numRuns },
  );
});
