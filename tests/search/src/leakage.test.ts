import { writeSync } from 'node:fs';
import type { AttackName, AttackResult } from '@cloister/indexer';
import { describe, expect, it } from 'vitest';
import { leakageTable } from './leakage/leakage-table.ts';
import { measureLeakage, type Target } from './leakage/measure-leakage.ts';
import { roomsOf } from './leakage/rooms-of.ts';
import { type SchemeName, standard } from './leakage/schemes.ts';

const messages = 250;
const target = (language: string, rooms: number): Target => {
  const all = roomsOf([language], 2 * rooms, messages, 'leakage');
  return { rooms: all.slice(0, rooms), elsewhere: all.slice(rooms) };
};

const measure = (title: string, targets: readonly Target[]): Record<SchemeName, AttackResult> => {
  const measured = measureLeakage(targets, 'leakage');
  const rooms = targets.reduce((sum, each) => sum + each.rooms.length, 0);
  // To the terminal itself: who runs the tests sees the table, whatever becomes of their output.
  writeSync(2, `\n${title}: median over ${rooms} rooms of ${messages} messages\n${leakageTable(measured)}\n`);
  return measured;
};

describe.each([
  ['English', [['english', 40]]],
  [
    'Japanese and Korean',
    [
      ['japanese', 20],
      ['korean', 20],
    ],
  ],
] as const)('an index in %s', (title, languages) => {
  const measured = measure(
    title,
    languages.map(([language, rooms]) => target(language, rooms)),
  );
  const of = (scheme: SchemeName, attack: AttackName) => measured[scheme][attack];

  it('without protection gives a good part of itself away, so that these attacks are some', () => {
    expect(of('none', 'frequency: mass')).toBeGreaterThan(0.02);
    expect(of('none', 'known documents: unseen mass')).toBeGreaterThan(0.3);
    expect(of('none', 'file injection: later mass')).toBeGreaterThan(0.3);
  });

  it('gives away a sixth of that at most, to who knows frequencies or a tenth of the messages', () => {
    for (const attack of ['frequency: mass', 'known documents: unseen mass'] as const) {
      expect(of(standard, attack)).toBeLessThanOrEqual(of('none', attack) / 6);
    }
    expect(of(standard, 'frequency: top 20')).toBeLessThanOrEqual(0.01);
  });

  it('is not protected by random tokens alone (R393)', () => {
    for (const attack of ['known documents: unseen mass', 'file injection: later mass'] as const) {
      expect(of('noise: 2 a message (R393)', attack)).toBeGreaterThan(0.8 * of('none', attack));
    }
  });

  it('gives away less with each smaller bucket, and little to who injects messages or knows of buckets', () => {
    const attack = 'known documents: unseen mass';
    expect(of('counters, 8, padding, searched', attack)).toBeLessThan(of('none', attack));
    expect(of(standard, attack)).toBeLessThan(of('counters, 8, padding, searched', attack));
    expect(of('counters, 1, padding, searched', attack)).toBeLessThan(of(standard, attack));
    expect(of(standard, 'file injection: later mass')).toBeLessThanOrEqual(
      of('none', 'file injection: later mass') / 6,
    );
    // No more than the words that stand in every second message.
    expect(of(standard, 'frequency by density: mass')).toBeLessThan(0.05);
  });
});
