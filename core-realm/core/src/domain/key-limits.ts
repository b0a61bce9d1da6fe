import type { LiveKey, RoomView } from './room.ts';

/** How far a content key may be used before another must take its place (threats.md row 19, docs/wires.md §11). */
export interface KeyLimits {
  /** Since it was bound. */
  readonly maxAgeMs: number;
  readonly maxMessages: number;
}

/** AES-GCM under random nonces is sound far beyond; operators may be stricter, nobody laxer. */
export const keyLimits: KeyLimits = { maxAgeMs: 7 * 24 * 3600 * 1000, maxMessages: 2 ** 20 };

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
