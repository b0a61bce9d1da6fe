import type { Random } from './random.ts';

/** Draws words as one room talks: few words often, many rarely (Zipf), and some that other rooms hardly use. */
export interface Draw {
  readonly random: Random;
  word(list: readonly string[]): string;
}

const ownWords = 0.35;

/** @param topic of the room: which words of a list are its own. */
export function drawer(random: Random, topic: number): Draw {
  return {
    random,
    word: (list) => {
      const rank = zipf(random, list.length);
      const at = random.next() < ownWords ? (rank * 7 + topic) % list.length : rank;
      return list[at] as string;
    },
  };
}

/** A rank in [0, size), the first ones most likely: rank r with a weight of 1 / (r + 1). */
export function zipf(random: Random, size: number): number {
  return Math.min(size - 1, Math.floor((size + 1) ** random.next()) - 1);
}
