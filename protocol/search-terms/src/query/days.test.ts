import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../testing/arbitrary.ts';
import { daysIn, isDay, laterDay } from './days.ts';

const start = (day: string, timeZone: string) => new Date(daysIn(timeZone).startOf(day)).toISOString();

describe('days', () => {
  it.each([
    ['2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22', 'Europe/Zurich', '2026-11-21T23:00:00.000Z'],
    ['2026-07-01', 'Europe/Zurich', '2026-06-30T22:00:00.000Z'],
    ['2026-11-22', 'Asia/Kolkata', '2026-11-21T18:30:00.000Z'],
    ['2026-11-22', 'Pacific/Kiritimati', '2026-11-21T10:00:00.000Z'],
    ['2026-11-22', 'Etc/GMT+12', '2026-11-22T12:00:00.000Z'],
    // The night in which clocks jump over midnight: the day begins at one.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    // Samoa left the 30th out.
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('%s in %s begins at %s', (day, timeZone, moment) => {
    expect(start(day, timeZone)).toBe(moment);
  });

  it('hold every moment in the day that it is of', () => {
    const zones = ['Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Cairo'];
    const moment = fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2037-01-01') });
    fc.assert(
      fc.property(fc.constantFrom(...zones), moment, (timeZone, at) => {
        const { dayOf, startOf } = daysIn(timeZone);
        expect(startOf(dayOf(at))).toBeLessThanOrEqual(at);
        expect(startOf(laterDay(dayOf(at), 1))).toBeGreaterThan(at);
      }),
      { numRuns: runs },
    );
  });

  it('are those of the calendar', () => {
    for (const day of ['1970-01-01', '2024-02-29', '9998-12-31']) expect(isDay(day), day).toBe(true);
    for (const day of ['1969-12-31', '2026-02-29', '2026-13-01', '2026-1-1', '9999-01-01', '2026-11-22x', 'today']) {
      expect(isDay(day), day).toBe(false);
    }
    expect(laterDay('2024-02-28', 1)).toBe('2024-02-29');
    expect(laterDay('2026-01-01', -1)).toBe('2025-12-31');
  });
});
