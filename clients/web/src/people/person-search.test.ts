import { expect, it } from 'vitest';
import { userId } from '../testing/entries.ts';
import { isSearchable, offer } from './person-search.ts';

it.each([
  ['', false],
  [' a ', false],
  ['ai', true],
  ['田', true],
  ['あ', true],
  ['김', true],
])('asks for %j: %s', (query, asks) => {
  expect(isSearchable(query)).toBe(asks);
});

it('offers nobody who is in already, and sorts by name', () => {
  const person = (number: number, name: string) => ({ id: userId(number), known: true, name });
  const found = [person(1, 'Ren'), person(2, 'Émile'), person(3, 'Aiko')];
  expect(offer(found, new Set([userId(1)]), 'en').map(({ name }) => name)).toEqual(['Aiko', 'Émile']);
});
