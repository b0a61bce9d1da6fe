import { expect, it } from 'vitest';
import { newId } from '../ids.ts';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, alice, bob, kmsHost } from '../testing/samples.ts';
import { parsePeopleQuestion, parsePeopleStatement } from './people-statement.ts';

const statement = {
  iss: 'http://localhost:8443/idbroker',
  aud: kmsHost,
  issuedAt: 1_795_000_000,
  people: [
    { id: alice, organisationId: acme, active: true, entry: 9, left: { entry: 7, by: { kind: 'person', id: bob } } },
    { id: bob, organisationId: acme, active: false, entry: 8, by: { kind: 'person', id: alice } },
  ],
};

it('asks for one person at least and a hundred at most', () => {
  expect(parsePeopleQuestion({ ids: [alice, bob] })).toEqual({ ids: [alice, bob] });
  const ids = Array.from({ length: 100 }, () => newId());
  expect(parsePeopleQuestion({ ids }).ids).toHaveLength(100);
  for (const wrong of [{ ids: [] }, { ids: [...ids, alice] }, { ids: ['alice'] }, { ids: alice }, {}]) {
    expect(codeOf(() => parsePeopleQuestion(wrong))).toBe('wire/invalid-message');
  }
});

it('states ids, organisations, and who is active since which entry, and nothing else', () => {
  const [person, other] = statement.people;
  expect(parsePeopleStatement({ ...statement, people: [{ ...person, name: 'Alice' }, other] })).toEqual(statement);
  for (const wrong of [
    { ...person, entry: 0 },
    { ...person, active: 1 },
    { ...person, left: { by: other } },
  ]) {
    expect(codeOf(() => parsePeopleStatement({ ...statement, people: [wrong] }))).toBe('wire/invalid-message');
  }
  for (const member of ['iss', 'aud', 'issuedAt', 'people']) {
    expect(codeOf(() => parsePeopleStatement({ ...statement, [member]: undefined }))).toBe('wire/invalid-message');
  }
});

it('gives a value or a wire error for any input', () => {
  expectTypedErrors(parsePeopleQuestion, { ids: [alice] });
  expectTypedErrors(parsePeopleStatement, statement);
});
