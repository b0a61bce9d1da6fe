import type { RandomSource } from '../tokens/random-source.ts';
import { attackByDensity, attackByRank, type Labels } from './attack-by-frequency.ts';
import { attackByInjection, injectedMessages } from './attack-by-injection.ts';
import { attackByKnownDocuments } from './attack-by-known-documents.ts';
import type { Auxiliary } from './auxiliary.ts';
import { observe, type RoomTerms, type Scheme } from './observed-index.ts';
import { recoveredMass, recoveredTop, sameTerms } from './recovered.ts';

/** What was tried, and what of the result is told: shares from 0 to 1. */
export const attackNames = [
  'frequency: top 20',
  'frequency: mass',
  'frequency by density: mass',
  'known documents: unseen mass',
  'known documents and searches: unseen mass',
  'file injection: later mass',
] as const;
export type AttackName = (typeof attackNames)[number];
export type AttackResult = Readonly<Record<AttackName, number>>;

const KNOWN = 0.1;
const SEARCHES = 100;
const INJECTED_TERMS = 511;

/**
 * Attacks one room's index as a scheme makes it, with what is known of the language at large: by frequency; by a tenth of the messages;
 * by these and a hundred searches when half of the messages were there; and by messages that a member wrote for the purpose, in the middle.
 */
export function attackRoom(room: RoomTerms, scheme: Scheme, auxiliary: Auxiliary, random: RandomSource): AttackResult {
  const { index, truth } = observe(room, scheme, random);
  const isSame = sameTerms(room);
  const mass = (labels: Labels, counts: (at: number) => boolean = () => true) =>
    recoveredMass(index, truth, labels, isSame, counts);
  const order = room.map((_, at) => at);
  random.mix(order);
  const known = new Set(order.slice(0, Math.ceil(KNOWN * room.length)));
  const byRank = attackByRank(index, auxiliary);
  return {
    'frequency: top 20': recoveredTop(index, truth, byRank, isSame),
    'frequency: mass': mass(byRank),
    'frequency by density: mass': mass(attackByDensity(index, auxiliary, Math.min(scheme.bucket, room.length))),
    'known documents: unseen mass': mass(attackByKnownDocuments(index, room, known, auxiliary), (at) => !known.has(at)),
    'known documents and searches: unseen mass': withSearches(room, scheme, auxiliary, known, isSame, random),
    'file injection: later mass': withInjection(room, scheme, auxiliary, random),
  };
}

function withSearches(
  room: RoomTerms,
  scheme: Scheme,
  auxiliary: Auxiliary,
  known: ReadonlySet<number>,
  isSame: (a: string, b: string) => boolean,
  random: RandomSource,
): number {
  const after = Math.floor(room.length / 2);
  // People search for what is said: a term as often as messages say it.
  const terms = Array.from({ length: SEARCHES }, () => {
    const said = room[random.below(Math.max(1, after))] ?? [];
    return said[random.below(Math.max(1, said.length))] ?? '';
  });
  const { index, truth } = observe(room, scheme, random, { after, terms });
  const labels = attackByKnownDocuments(index, room, known, auxiliary);
  return recoveredMass(index, truth, labels, isSame, (at) => !known.has(at));
}

function withInjection(room: RoomTerms, scheme: Scheme, auxiliary: Auxiliary, random: RandomSource): number {
  const middle = Math.floor(room.length / 2);
  const wanted = [...auxiliary]
    .sort(([, a], [, b]) => b - a)
    .slice(0, INJECTED_TERMS)
    .map(([term]) => term);
  const messages = injectedMessages(wanted);
  const whole = [...room.slice(0, middle), ...messages, ...room.slice(middle)];
  const { index, truth } = observe(whole, scheme, random);
  const labels = attackByInjection(index, wanted, middle);
  return recoveredMass(
    index,
    truth,
    labels,
    (a, b) => a === b,
    (at) => at >= middle + messages.length,
  );
}

/** The median over rooms, of each attack. */
export function medianResult(results: readonly AttackResult[]): AttackResult {
  const median = (name: AttackName): number => {
    const sorted = results.map((result) => result[name]).sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    const upper = sorted[half] ?? 0;
    return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
  };
  return Object.fromEntries(attackNames.map((name) => [name, median(name)])) as AttackResult;
}
