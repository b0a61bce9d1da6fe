import type { Content, CorpusEntry, Message } from '../corpus/corpus.ts';

/** A message as it stands: as first sent, with what its newest edit made of it. */
export interface Settled {
  readonly message: Message;
  readonly content: Content;
  /** Position of the entry that holds the content. */
  readonly position: number;
}

/** What the entries leave: deleted messages are not there, edited ones say what they say now. */
export function settled(entries: Iterable<CorpusEntry>): Settled[] {
  const standing = new Map<Message, Settled>();
  for (const entry of entries) {
    if (entry.kind === 'message') standing.set(entry, { message: entry, content: entry, position: entry.position });
    else if (entry.kind === 'deletion') standing.delete(entry.of);
    else if (standing.has(entry.of))
      standing.set(entry.of, { message: entry.of, content: entry, position: entry.position });
  }
  return [...standing.values()];
}
