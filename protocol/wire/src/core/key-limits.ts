/** How far a content key may be used before another must take its place (threats.md row 19, docs/wires.md §11). */
export interface KeyLimits {
  /** In milliseconds, since it was bound. */
  readonly maxAgeMs: number;
  readonly maxMessages: number;
}

/** AES-GCM under random nonces is sound far beyond; operators and clients may be stricter, nobody laxer. */
export const keyLimits: KeyLimits = { maxAgeMs: 7 * 24 * 3600 * 1000, maxMessages: 2 ** 20 };
