import { type DomainName, maxStatedDomains, newId, type OrganisationId } from '@cloister/wire';
import { expect, it } from 'vitest';
import { namesToState } from './named-organisation.ts';

const id = newId<OrganisationId>();
const domains = ['acme.example', 'acme.test'] as DomainName[];
const acme = { id, name: 'Acme', domains };

it.each([
  ['never stated', [], [acme]],
  ['stated before there were names', [{ id }], [acme]],
  ['renamed', [{ ...acme, name: 'Acme Limited' }], [acme]],
  ['with one domain more', [{ ...acme, domains: domains.slice(1) }], [acme]],
  ['with one domain less', [{ ...acme, domains: [...domains, 'acme.tld' as DomainName] }], [acme]],
  ['with another domain', [{ ...acme, domains: ['acme.example', 'b.test'] as DomainName[] }], [acme]],
  ['as it was stated', [acme], []],
])('an organisation %s', (_, stated, expected) => {
  expect(namesToState(stated, [acme])).toEqual(expected);
});

it('names as many domains as the feed takes, and then has nothing to state', () => {
  const many = { ...acme, domains: Array.from({ length: maxStatedDomains + 1 }, (_, n) => `d${n}.test` as DomainName) };
  const [stated] = namesToState([], [many]);
  expect(stated?.domains).toEqual(many.domains.slice(0, maxStatedDomains));
  expect(namesToState(stated === undefined ? [] : [stated], [many])).toEqual([]);
});
