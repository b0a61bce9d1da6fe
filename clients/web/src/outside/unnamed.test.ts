import type { OrganisationId } from '@cloister/wire';
import { expect, it } from 'vitest';
import { roomId } from '../testing/entries.ts';
import { unnamed } from './unnamed.ts';

const id = (name: string) => name as OrganisationId;
const room = (number: number, ...outside: string[]) => ({ id: roomId(number), outside: outside.map(id) });
const known = new Map([[id('globex'), { id: id('globex'), name: 'Globex', domains: [] }]]);

it('finds one room for each organisation that nobody named', () => {
  const rooms = [room(1, 'globex'), room(2, 'initech', 'globex'), room(3, 'initech', 'hooli'), room(4)];
  expect([...unnamed(rooms, known)]).toEqual([
    [id('initech'), roomId(2)],
    [id('hooli'), roomId(3)],
  ]);
});

it('finds none where all are named', () => {
  expect(unnamed([room(1, 'globex')], known).size).toBe(0);
});
