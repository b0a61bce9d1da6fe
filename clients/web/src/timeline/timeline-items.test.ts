import type { TimelineEntry } from '@cloister/sdk';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { membership, message, userId } from '../testing/entries.ts';
import { timelineItems } from './timeline-items.ts';

const me = userId(1);
const aiko = userId(2);
const at = (minutes: number) => new Date(2026, 10, 21, 9, minutes);
const shape = (entries: TimelineEntry[], unreadAfter?: number) =>
  timelineItems(entries, { me, unreadAfter }).map((item) =>
    item.kind === 'entry' ? `${item.entry.position}${item.continued ? '+' : ''}` : item.kind,
  );

it('groups what one person says within five minutes', () => {
  const entries = [message(1, aiko, at(0)), message(2, aiko, at(4)), message(3, aiko, at(9)), message(4, me, at(9))];
  expect(shape(entries)).toEqual(['day', '1', '2+', '3', '4']);
});

it('begins a group anew after a join, and never groups joins (R331)', () => {
  const entries = [message(1, aiko, at(0)), membership('joined', 2, aiko, me, at(1)), message(3, aiko, at(2))];
  expect(shape(entries)).toEqual(['day', '1', '2', '3']);
});

it('separates days at local midnight', () => {
  const entries = [message(1, aiko, new Date(2026, 10, 20, 23, 59)), message(2, aiko, new Date(2026, 10, 21, 0, 1))];
  expect(shape(entries)).toEqual(['day', '1', 'day', '2']);
});

it('marks the first entry of others after the read marker, and nothing of one’s own', () => {
  const entries = [message(1, aiko, at(0)), message(2, me, at(1)), message(3, aiko, at(2)), message(4, aiko, at(3))];
  expect(shape(entries, 1)).toEqual(['day', '1', '2', 'unread', '3', '4+']);
  expect(shape(entries, 4)).toEqual(['day', '1', '2', '3', '4+']);
});

it('does not count what waits in the outbox as unread', () => {
  const { id: _, position: __, ...waiting } = message(5, aiko, at(4));
  expect(shape([waiting], 0)).toEqual(['day', 'undefined']);
});

it('does not show changes of keys', () => {
  const { content: _, ...rest } = message(2, aiko, at(1));
  expect(shape([message(1, aiko, at(0)), { ...rest, kind: 'key-changed' }, message(3, aiko, at(2))])).toEqual([
    'day',
    '1',
    '3+',
  ]);
});

it('keeps every entry once, in order, under unique keys, whatever the entries and the marker', () => {
  const entry = fc.record({ actor: fc.integer({ min: 1, max: 3 }), minutes: fc.integer({ min: 0, max: 4000 }) });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), fc.option(fc.nat(50), { nil: undefined }), (made, unreadAfter) => {
      const sorted = made.toSorted((a, b) => a.minutes - b.minutes);
      const entries = sorted.map(({ actor, minutes }, index) => message(index + 1, userId(actor), at(minutes)));
      const items = timelineItems(entries, { me, unreadAfter });
      expect(items.flatMap((item) => (item.kind === 'entry' ? item.entry : []))).toEqual(entries);
      expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
      expect(items.filter(({ kind }) => kind === 'unread').length).toBeLessThanOrEqual(1);
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
