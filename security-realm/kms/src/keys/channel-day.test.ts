import { expect, it } from 'vitest';
import { CHANNEL_LIFETIME_MS, channelDay, channelDayIsOver } from './channel-day.ts';

it("ends a day's key only when a channel made in its last moment has expired", () => {
  const lastMoment = new Date('2026-11-21T23:59:59.999Z');
  const day = channelDay(lastMoment);
  expect(day).toBe('2026-11-21');
  const expiry = new Date(lastMoment.getTime() + CHANNEL_LIFETIME_MS);
  expect(channelDayIsOver(day, expiry)).toBe(false);
  expect(channelDayIsOver(day, new Date('2026-11-22T01:00:00.001Z'))).toBe(true);
});
