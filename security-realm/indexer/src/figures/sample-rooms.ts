import type { IndexerClient, RoomToIndex } from '@cloister/sdk';
import { analyse } from '@cloister/search-terms';
import { finalCode } from '../rooms/final-code.ts';
import type { RandomSource } from '../tokens/random-source.ts';
import type { RoomTerms } from './observed-index.ts';

export type SampleParts = {
  readonly client: Pick<IndexerClient, 'entries' | 'openText'>;
  readonly random: RandomSource;
  readonly signal: AbortSignal;
};

const ROOMS = 40;
/** Entries of a room, the newest; of smaller rooms nothing could be said. */
const MOST_ENTRIES = 200;
const LEAST_MESSAGES = 50;

/** What some rooms say, by chance: the terms of the texts of their newest messages. They are kept no longer than it takes to count them. */
export async function sampleRooms(
  { client, random, signal }: SampleParts,
  rooms: Iterable<RoomToIndex & { readonly head: number }>,
): Promise<RoomTerms[]> {
  const large = [...rooms].filter(({ head }) => head >= LEAST_MESSAGES);
  random.mix(large);
  const sample: RoomTerms[] = [];
  for (const room of large.slice(0, ROOMS)) {
    const terms: (readonly string[])[] = [];
    const after = Math.max(0, room.head - MOST_ENTRIES);
    for (const { actor, body } of await client.entries(room.roomId, { after, limit: MOST_ENTRIES, signal })) {
      if (body.kind !== 'message') continue;
      const text = await client.openText(room, body.text).catch(orNothing);
      if (text === '') continue;
      const said = analyse({ texts: [{ kind: 'message', text }], from: actor, has: new Set() }).terms;
      terms.push(said.filter((term) => !term.startsWith('from:') && !term.startsWith('has:')));
    }
    if (terms.length >= LEAST_MESSAGES) sample.push(terms);
  }
  return sample;
}

/** What nobody will ever open says nothing to anybody. @throws what may pass */
const orNothing = (cause: unknown): string => {
  if (finalCode(cause) === undefined) throw cause;
  return '';
};
