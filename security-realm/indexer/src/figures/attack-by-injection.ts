import type { Labels } from './attack-by-frequency.ts';
import type { ObservedIndex } from './observed-index.ts';
import { sightings } from './sightings.ts';

/**
 * The messages of somebody in the room who wants to know the tokens of `terms`: message `n` has those whose number has bit `n`, so that
 * log2 of them are told apart by the messages they stand in (Zhang, Katz, Papamanthou 2016). Each term is said once at least.
 */
export function injectedMessages(terms: readonly string[]): string[][] {
  const bits = Math.ceil(Math.log2(terms.length + 1));
  return Array.from({ length: bits }, (_, bit) => terms.filter((_, at) => ((at + 1) >> bit) % 2 === 1));
}

/**
 * What the injector learns: of each token the injected messages in which it stands. The terms that it may stand for are in all of these,
 * and in none between the first and the last of them else; the one that is named by the most of them is the guess.
 */
export function attackByInjection(index: ObservedIndex, terms: readonly string[], firstInjected: number): Labels {
  const bits = Math.ceil(Math.log2(terms.length + 1));
  const labels = new Map<number, string>();
  for (const [token, places] of sightings(index)) {
    const mine = places.map((at) => at - firstInjected).filter((bit) => bit >= 0 && bit < bits);
    const [low] = mine;
    const high = mine.at(-1);
    if (low === undefined || high === undefined) continue;
    // An older posting before, or a younger one after, says that the bucket was open from the first or to the last message.
    const from = (places[0] ?? 0) < firstInjected ? 0 : low;
    const to = (places.at(-1) ?? 0) >= firstInjected + bits ? bits - 1 : high;
    const code = mine.reduce((sum, bit) => sum | (1 << bit), 0);
    const mask = (2 ** (to + 1) - 1) & ~(2 ** from - 1);
    const fitting = terms.filter((_, at) => ((at + 1) & mask) === code);
    const [guess] = fitting;
    if (guess !== undefined) labels.set(token, guess);
  }
  return labels;
}
