import { parsePostings, type RoomId, tokenBytes } from '@cloister/wire';
import { type Conversation, headerOf, pathOf, readConversation } from '../canary/http-stream.ts';

/** What one organisation's indexer handed to the core about one entry. */
export interface PostingsHeard {
  readonly organisationId: string;
  readonly roomId: RoomId;
  readonly position: number;
  /** As hex. */
  readonly tokens: readonly string[];
}

/** Every posting that went to the core, by whose machine sent it. */
export const postingsHeard = (conversations: readonly Conversation[]): PostingsHeard[] =>
  conversations
    .flatMap((conversation) => readConversation(conversation).exchanges)
    .filter(({ request }) => request.head.startsWith('POST') && pathOf(request) === '/search/v1/postings')
    .flatMap(({ request }) => {
      const organisationId = organisationOf(headerOf(request, 'authorization') ?? '');
      return parsePostings(request.body).flatMap(({ roomId, documents }) =>
        documents.map(({ position, tokens }) => ({ organisationId, roomId, position, tokens: tokensOf(tokens) })),
      );
    });

const organisationOf = (authorization: string): string => {
  const claims = authorization.split('.')[1] ?? '';
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { realm: string }).realm;
};

const tokensOf = (list: Uint8Array): string[] =>
  Array.from({ length: list.length / tokenBytes }, (_, at) =>
    Buffer.from(list.subarray(at * tokenBytes, (at + 1) * tokenBytes)).toString('hex'),
  );
