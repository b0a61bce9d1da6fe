import { CloisterError } from '@cloister/wire';

/** A bucket of tokens for each key: it holds `burst`, and one comes back every `refillMs`. */
export interface RateLimitOptions {
  readonly burst: number;
  readonly refillMs: number;
}

/** Takes tokens from a key's bucket. @throws CloisterError `identity/too-many` when there are not enough; then none are taken */
export type RateLimit = (key: string, amount: number, now: Date) => void;

/** Buckets that are full again are forgotten, so memory follows the number of people active in the last minutes. */
export const rateLimit = ({ burst, refillMs }: RateLimitOptions): RateLimit => {
  // The moment at which a key's bucket is full again says all there is to know about it.
  const fullAt = new Map<string, number>();
  let sweepAt = 0;
  return (key, amount, now) => {
    const at = now.getTime();
    if (at >= sweepAt) {
      for (const [known, full] of fullAt) if (full <= at) fullAt.delete(known);
      sweepAt = at + burst * refillMs;
    }
    const next = Math.max(fullAt.get(key) ?? at, at) + amount * refillMs;
    if (next > at + burst * refillMs) throw new CloisterError('identity/too-many');
    fullAt.set(key, next);
  };
};
