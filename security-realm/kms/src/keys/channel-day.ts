/** The ephemeral key of a channel lives an hour at most (architecture §5). */
export const CHANNEL_LIFETIME_MS = 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The wrapping key of a day, by its date in UTC: it wraps the channels made on that day. */
export const channelDay = (now: Date): string => now.toISOString().slice(0, 10);

/** Whether the last channel that the day's key can have wrapped has expired, so that the key may be destroyed. */
export const channelDayIsOver = (day: string, now: Date): boolean =>
  now.getTime() > Date.parse(`${day}T00:00:00Z`) + DAY_MS + CHANNEL_LIFETIME_MS;
