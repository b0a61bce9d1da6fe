import type { OrganisationView } from '@cloister/sdk';
import type { OrganisationId } from '@cloister/wire';
import { expect, it } from 'vitest';
import { organisationLabel } from './organisation-label.ts';

const id = (name: string) => name as OrganisationId;
const view = (key: string, name: string, ...domains: string[]): [OrganisationId, OrganisationView] => [
  id(key),
  { id: id(key), name, domains },
];
const known = new Map([
  view('1', 'Globex', 'globex.example', 'globex.test'),
  view('2', '', 'initech.example'),
  view('3', ''),
  view('4', 'ACME', 'acme-holding.example'),
  view('5', 'Hooli', 'hooli.example'),
  view('6', 'hooli'),
]);
const label = (key: string) => organisationLabel(id(key), known, 'Acme');

it('is the name, else a domain that was proved, else nothing', () => {
  expect(label('1')).toBe('Globex');
  expect(label('2')).toBe('initech.example');
  expect(label('3')).toBeUndefined();
  expect(label('9')).toBeUndefined();
});

it('tells apart who is called like one’s own organisation, or like a third, by what they proved', () => {
  expect(label('4')).toBe('ACME, acme-holding.example');
  expect(label('5')).toBe('Hooli, hooli.example');
  expect(label('6')).toBe('hooli');
});
