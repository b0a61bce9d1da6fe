/** Shape of a retry ladder: doubling from `first` to `most` milliseconds. */
export interface Ladder {
  readonly first: number;
  readonly most: number;
}

/**
 * How long to wait before attempt `attempt` (0 is the first retry): half the doubled step for certain, half by chance,
 * so that clients cut off together do not come back together.
 */
export const backoff = (ladder: Ladder, attempt: number, jitter: number): number => {
  const step = Math.min(ladder.most, ladder.first * 2 ** Math.min(attempt, 30));
  return Math.round(step / 2 + (step / 2) * jitter);
};
