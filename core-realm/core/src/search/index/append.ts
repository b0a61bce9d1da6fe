import type { Database } from '@cloister/database';
import type { OrganisationId, PostingsAnswer, RoomPostings } from '@cloister/wire';
import { blockOf } from './format/block-of.ts';
import type { IndexKeys } from './index-keys.ts';
import { insertBatches, insertIndexes, type SealedPart } from './store/append.ts';

/**
 * Adds documents to the organisation's indexes, a sealed batch for each room's part. A part is taken whole if its index stands where it
 * begins and the room's log goes as far, else nothing of it: so a repeat changes nothing and is told where the index stands.
 */
export const append = async (
  db: Database,
  keys: IndexKeys,
  organisationId: OrganisationId,
  parts: readonly RoomPostings[],
  now: Date,
): Promise<PostingsAnswer['rooms']> => {
  const sealed: SealedPart[] = [];
  for (const part of parts) sealed.push(await sealPart(keys, organisationId, part));
  const rows = await db.transaction(async (tx) => {
    await insertIndexes(tx, organisationId, sealed);
    return insertBatches(tx, organisationId, sealed, now);
  });
  const outcomes = new Map(rows.map((row) => [row.ord, row]));
  return parts.map(({ roomId, generation }, index) => {
    const { position = 0, accepted = false } = outcomes.get(index + 1) ?? {};
    return { roomId, generation, position, accepted };
  });
};

const sealPart = async (keys: IndexKeys, organisationId: OrganisationId, part: RoomPostings): Promise<SealedPart> => {
  const { roomId, generation, from, to } = part;
  const seal = keys.sealOf({ organisationId, roomId, generation });
  const { block, postings } = await blockOf(keys.tokens, seal.tag, from, part.documents);
  const sealed = seal.seal(block, ['batch', from, to]);
  return { roomId, generation, from, to, postings, sealed };
};
