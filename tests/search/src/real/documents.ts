import { hasOf, mediaOf, type SearchDocument, type SeenMessage } from '@cloister/search-terms';
import type { Content, Message } from '../corpus/corpus.ts';

/** What an indexer reads of an entry: a message, or an edit of it. */
export function documentOf(message: Message, { text, files }: Content): SearchDocument {
  return {
    texts: [
      { kind: 'message', text },
      ...files.map(({ name }) => ({ kind: 'name' as const, text: name })),
      ...files.flatMap(({ inside }) => (inside === undefined ? [] : [{ kind: 'file' as const, text: inside }])),
    ],
    from: message.actor.userId,
    has: hasOf(files.map(({ mimeType }) => mimeType)),
  };
}

/** What a client sees of a message: nothing of what its files hold. */
export function seenBy(message: Message, content: Content): SeenMessage {
  const { texts, ...document } = documentOf(message, content);
  return {
    ...document,
    texts: texts.filter(({ kind }) => kind !== 'file'),
    roomId: message.room.roomId,
    published: message.published,
    unseen: content.files.some(({ mimeType }) => mediaOf(mimeType) === 'document'),
  };
}
