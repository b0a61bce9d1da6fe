import { setImmediate as breathe } from 'node:timers/promises';
import type { RandomSource } from '../tokens/random-source.ts';
import { type AttackName, attackNames, attackRoom, medianResult } from './attack-room.ts';
import { auxiliaryOf } from './auxiliary.ts';
import { observe, type RoomTerms, type Scheme } from './observed-index.ts';
import { sightings } from './sightings.ts';

/** What a sample of an organisation's own index gives away (wires.md §14, "Figures"). */
export type IndexFigures = {
  readonly v: 1;
  /** ISO 8601. */
  readonly at: string;
  /** Postings of the sample, padding included. */
  readonly postings: number;
  readonly documents: number;
  readonly tokens: number;
  /** Postings of a document, on average. */
  readonly perDocument: number;
  /** Tokens that more than one document holds. */
  readonly sharedTokens: number;
  /** Terms that people searched for in the last 30 days. */
  readonly searched: number;
  /** Medians over the rooms of the sample, 0 to 1: had nothing been done, and as it is. None when the sample is too small to say. */
  readonly attacks: readonly {
    readonly name: string;
    readonly measure: string;
    readonly unprotected: number;
    readonly protected: number;
  }[];
};

const UNPROTECTED: Scheme = { bucket: Number.POSITIVE_INFINITY, noise: 0, padding: false, searchedBuckets: false };

/** Attacks every second room of a sample with what the others say. */
export async function figuresOf(
  sample: readonly RoomTerms[],
  scheme: Scheme,
  random: RandomSource,
  { at, searched }: { readonly at: number; readonly searched: number },
): Promise<IndexFigures> {
  const numbers = { postings: 0, documents: 0, tokens: 0, sharedTokens: 0 };
  for (const room of sample) {
    const seen = sightings(observe(room, scheme, random).index);
    numbers.documents += room.length;
    numbers.tokens += seen.size;
    for (const { length } of seen.values()) {
      numbers.postings += length;
      if (length > 1) numbers.sharedTokens += 1;
    }
    await breathe();
  }
  return {
    v: 1,
    at: new Date(at).toISOString(),
    ...numbers,
    perDocument: numbers.postings / Math.max(1, numbers.documents),
    searched,
    attacks: sample.length < 2 ? [] : await attacksOn(sample, scheme, random),
  };
}

async function attacksOn(
  sample: readonly RoomTerms[],
  scheme: Scheme,
  random: RandomSource,
): Promise<IndexFigures['attacks']> {
  const auxiliary = auxiliaryOf(sample.filter((_, at) => at % 2 === 1));
  const [without, within] = [[], []] as [ReturnType<typeof attackRoom>[], ReturnType<typeof attackRoom>[]];
  for (const room of sample.filter((_, at) => at % 2 === 0)) {
    without.push(attackRoom(room, UNPROTECTED, auxiliary, random));
    await breathe();
    within.push(attackRoom(room, scheme, auxiliary, random));
    await breathe();
  }
  const [before, after] = [medianResult(without), medianResult(within)];
  return attackNames.map((attack) => ({ ...parted(attack), unprotected: before[attack], protected: after[attack] }));
}

/** `known documents: unseen mass` is the attack and what is measured. */
function parted(attack: AttackName): { name: string; measure: string } {
  const [name = attack, measure = ''] = attack.split(': ');
  return { name, measure };
}
