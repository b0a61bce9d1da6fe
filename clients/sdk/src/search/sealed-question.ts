import { sealText } from '@cloister/seal';
import type { Query } from '@cloister/search-terms';
import { base64url, newId, packUuids, type QueryId, type RoomId, type UserId } from '@cloister/wire';
import type { ContentKey } from '../keys/key-record.ts';
import type { Question } from './search-line.ts';

export interface Asked {
  readonly me: UserId;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly about:
    | {
        readonly query: Query;
        /** Rooms to look in: the indexer asks about no other, whatever the core says. */
        readonly rooms: readonly RoomId[];
      }
    | { readonly figures: true };
}

/** A question for the indexer alone (R395): the core passes it on and learns its length. */
export const sealQuestion = async ({ uri, key }: ContentKey, { me, now, about }: Asked): Promise<Question> => {
  const id = newId<QueryId>();
  const inside = { v: 1, id, userId: me, issuedAt: now };
  const content = 'figures' in about ? about : { query: about.query, rooms: base64url.encode(packUuids(about.rooms)) };
  return { id, encryptionKeyUrl: uri, sealed: await sealText(key, JSON.stringify({ ...inside, ...content })) };
};
