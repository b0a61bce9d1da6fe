/** Seeded choices: the same seed makes the same schedule. */
export interface Chance {
  /** An integer from 0 to `below - 1`. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
  shuffle<T>(all: readonly T[]): T[];
}

/** CLOISTER_SEED, or one that never changes. */
export const seed = Number(process.env.CLOISTER_SEED ?? 5);

/** One pass over the schedule by default; CLOISTER_RUNS of 5000, as in test:deep, makes five. */
export const passes = Math.max(1, Math.round(Number(process.env.CLOISTER_RUNS ?? 100) / 1000));

export const chanceFrom = (start: number): Chance => {
  let state = start >>> 0;
  // A 32-bit linear congruential step, mixed on the way out (constants of Numerical Recipes and MurmurHash3).
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    return (mixed >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(from: readonly T[]): T => {
    if (from.length === 0) throw new Error('nothing to pick from');
    return from[below(from.length)] as T;
  };
  const shuffle = <T>(all: readonly T[]): T[] => {
    const left = [...all];
    return all.map(() => left.splice(below(left.length), 1)[0] as T);
  };
  return { below, pick, shuffle };
};
