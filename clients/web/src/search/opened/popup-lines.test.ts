import type { Destination, Suggestion } from '@cloister/sdk';
import { expect, it } from 'vitest';
import { roomId, userId } from '../../testing/entries.ts';
import { popupLines } from './popup-lines.ts';

const ben: Destination = { kind: 'person', id: userId(2), name: 'Ben' };
const room = (number: number): Destination => ({ kind: 'room', id: roomId(number), title: `Room ${number}` });
const from: Suggestion = { kind: 'filter', filter: 'from', insert: 'from:', span: [0, 1] };
const search = (destinations: Destination[], suggestions: Suggestion[] = []) => ({
  suggest: () => suggestions,
  destinations: () => destinations,
});
const kinds = (lines: ReturnType<typeof popupLines>) => lines.map(({ kind }) => kind);

it('offers what was asked before only while nothing is typed', () => {
  const recent = ['plan', 'from:me'];
  expect(kinds(popupLines(search([], [from]), { text: '', caret: 0, recent }))).toEqual(['recent', 'recent', 'insert']);
  expect(kinds(popupLines(search([ben], [from]), { text: 'f', caret: 1, recent }))).toEqual(['insert', 'go']);
});

it('gives each line a key of its own, though a person be there twice', () => {
  const person: Suggestion = { kind: 'person', id: userId(2), name: 'Ben', insert: '"Ben" ', span: [5, 6] };
  const lines = popupLines(search([ben], [person]), { text: 'from:b', caret: 6, recent: [] });
  expect(new Set(lines.map(({ key }) => key)).size).toBe(2);
});

it('offers a few places to go to, not all', () => {
  const many = Array.from({ length: 20 }, (_, index) => room(index + 1));
  expect(popupLines(search(many), { text: 'room', caret: 4, recent: [] })).toHaveLength(6);
});
