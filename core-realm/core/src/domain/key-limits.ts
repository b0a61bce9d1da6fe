import { type KeyLimits, keyLimits } from '@cloister/wire';
import type { LiveKey, RoomView } from './room.ts';

/** The limits of a deployment: stricter where its configuration says so. */
export const limitsOf = (asked: { [name in keyof KeyLimits]?: number | undefined } = {}): KeyLimits => ({
  maxAgeMs: asked.maxAgeMs ?? keyLimits.maxAgeMs,
  maxMessages: asked.maxMessages ?? keyLimits.maxMessages,
});

/** Bound at or before this, a key is spent. */
export const oldestKey = ({ maxAgeMs }: KeyLimits, now: Date): Date => new Date(now.getTime() - maxAgeMs);

const isSpent = (key: LiveKey, limits: KeyLimits, now: Date): boolean =>
  key.counted >= limits.maxMessages || key.boundAt <= oldestKey(limits, now);

/** The room with its spent keys said to be stale: whoever uses them is answered alike. */
export const withSpentKeys = (view: RoomView, limits: KeyLimits, now: Date): RoomView => ({
  ...view,
  keys: view.keys.map((key) => (isSpent(key, limits, now) ? { ...key, stale: true } : key)),
});
