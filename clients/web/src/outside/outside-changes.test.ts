import type { PersonView, TimelineEntry } from '@cloister/sdk';
import type { OrganisationId, UserId } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { membership, message, userId } from '../testing/entries.ts';
import { type OutsideChange, outsideChanges } from './outside-changes.ts';

const [acme, globex] = ['acme' as OrganisationId, 'globex' as OrganisationId];
const at = new Date('2026-11-21T09:00:00Z');
// Odd numbers are of one's own organisation, even ones of another, nine is of one that nobody told yet.
const people = new Map<UserId, PersonView>(
  [1, 2, 3, 4].map((number) => [
    userId(number),
    { id: userId(number), known: true, name: '', organisationId: number % 2 === 1 ? acme : globex },
  ]),
);
const created = (actor: number): TimelineEntry => ({
  kind: 'created',
  key: 'entry-1',
  roomId: message(1, userId(1), at).roomId,
  actor: userId(actor),
  published: at.toISOString(),
  send: { state: 'sent' },
});
const joined = (position: number, person: number) => membership('joined', position, userId(1), userId(person), at);
const left = (position: number, person: number) => membership('left', position, userId(1), userId(person), at);
const changes = (entries: TimelineEntry[], ...members: number[]) =>
  Object.fromEntries(outsideChanges(entries, { own: acme, members: members.map(userId), people }));

it('marks where the first person of another organisation came, and no later one (R446)', () => {
  const entries = [created(1), joined(2, 3), joined(3, 2), message(4, userId(2), at), joined(5, 4)];
  expect(changes(entries, 1, 2, 3, 4)).toEqual({ 'entry-3': 'came' });
});

it('marks where the last one left, and where one came again', () => {
  const entries = [joined(2, 2), joined(3, 4), left(4, 2), left(5, 4), joined(6, 4)];
  expect(changes(entries, 1, 4)).toEqual({ 'entry-2': 'came', 'entry-5': 'left', 'entry-6': 'came' });
});

it('marks nothing in a window that begins after somebody of another organisation came', () => {
  expect(changes([joined(40, 4), left(41, 4)], 1, 2)).toEqual({});
});

it('marks the making of a room that was made elsewhere', () => {
  expect(changes([created(2), joined(2, 1)], 1, 2)).toEqual({ 'entry-1': 'came' });
});

it('marks nobody as an outsider of whom the organisation is not known', () => {
  expect(changes([joined(2, 9)], 1, 9)).toEqual({});
});

it('says the same as going forward from the room’s beginning, wherever the window begins', () => {
  const step = fc.record({
    kind: fc.constantFrom('joined' as const, 'left' as const),
    who: fc.integer({ min: 2, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.nat({ max: 12 }), (steps, begin) => {
      const members = new Set([1]);
      const entries: TimelineEntry[] = [created(1)];
      const expected: [string, OutsideChange][] = [];
      const outsiders = () => [...members].filter((who) => who % 2 === 0).length;
      for (const { kind, who } of steps) {
        // The core has nobody join twice.
        if (members.has(who) === (kind === 'joined')) continue;
        const before = outsiders();
        if (kind === 'joined') members.add(who);
        else members.delete(who);
        const entry = membership(kind, entries.length + 1, userId(1), userId(who), at);
        entries.push(entry);
        if (before > 0 !== outsiders() > 0) expected.push([entry.key, before > 0 ? 'left' : 'came']);
      }
      const window = entries.slice(begin);
      const keys = new Set(window.map(({ key }) => key));
      expect(changes(window, ...members)).toEqual(Object.fromEntries(expected.filter(([key]) => keys.has(key))));
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
