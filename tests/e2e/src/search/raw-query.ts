import type { ContentKey } from '@cloister/sdk';
import { sealText } from '@cloister/seal';
import type { Constellation } from '@cloister/testkit';
import { base64url, type CompactJwe, newId, packUuids, type QueryId, type RoomId, type UserId } from '@cloister/wire';
import type { SdkPerson } from '../sdk/sdk-person.ts';

/** A query as it goes to the core. */
export interface RawQuery {
  readonly id: QueryId;
  readonly encryptionKeyUrl: string;
  readonly sealed: CompactJwe;
}

/** The key of somebody's conversation with their indexer, which no client of ours hands out. */
export const queryKeyOf = ({ client }: SdkPerson): Promise<ContentKey> =>
  (client as unknown as { searchParts(): { key: { get(): Promise<ContentKey> } } }).searchParts().key.get();

export interface RawQuestion {
  readonly key: ContentKey;
  readonly userId: UserId;
  readonly rooms: readonly RoomId[];
  /** Whatever it likes: nothing here looks at it. */
  readonly query: unknown;
  readonly issuedAt?: number;
}

/** What a client seals that leaves out every check of its own. */
export const rawQuery = async ({
  key,
  userId,
  rooms,
  query,
  issuedAt = Date.now(),
}: RawQuestion): Promise<RawQuery> => {
  const id = newId<QueryId>();
  const inside = { v: 1, id, userId, issuedAt, rooms: base64url.encode(packUuids(rooms)), query };
  return { id, encryptionKeyUrl: key.uri, sealed: (await sealText(key.key, JSON.stringify(inside))) as CompactJwe };
};

/** Asks as a person, and answers with what came: the code of the error, or the last line. */
export const askRaw = async (all: Constellation, { session }: SdkPerson, query: unknown): Promise<string> => {
  const answer = await fetch(`${all.endpoints.core}/search/v1/queries`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await session.coreToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify(query),
  });
  const text = await answer.text();
  const last = JSON.parse(text.trim().split('\n').at(-1) ?? '') as { type?: string; code?: string };
  return last.code ?? last.type ?? `${answer.status}`;
};
