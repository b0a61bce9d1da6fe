import type { PersonView } from '@cloister/sdk';
import type { OrganisationId, UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import { userId } from '../testing/entries.ts';
import { peopleGroups } from './people-groups.ts';

const acme = 'acme' as OrganisationId;
const globex = 'globex' as OrganisationId;
const person = (number: number, name: string, organisationId: OrganisationId, email: string): [UserId, PersonView] => [
  userId(number),
  { id: userId(number), known: true, name, organisationId, email },
];
const people = new Map([
  person(1, 'Ren', acme, 'ren@acme.example'),
  person(2, 'Émile', acme, 'emile@acme.example'),
  person(3, 'Ada', globex, 'ada@globex.example'),
]);
const labelOf = (id: OrganisationId) => id;
const ids = [userId(3), userId(1), userId(2)];

it('puts one’s own organisation first and sorts people by name', () => {
  expect(peopleGroups(ids, people, { own: acme, language: 'en', labelOf })).toEqual([
    { organisationId: acme, people: [userId(2), userId(1)] },
    { organisationId: globex, people: [userId(3)] },
  ]);
});

it('sorts other organisations by what they are called', () => {
  const called = (id: OrganisationId) => (id === acme ? 'Zebra' : 'Ant');
  const groups = peopleGroups(ids, people, { own: 'mine' as OrganisationId, language: 'en', labelOf: called });
  expect(groups.map(({ organisationId }) => organisationId)).toEqual([globex, acme]);
});

it('counts people not known yet among one’s own until told otherwise', () => {
  const groups = peopleGroups([userId(9)], people, { own: acme, language: 'en', labelOf });
  expect(groups).toEqual([{ organisationId: acme, people: [userId(9)] }]);
});
