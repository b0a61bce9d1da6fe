import { analyse } from '@cloister/search-terms';
import type { Content, CorpusEntry, Message } from '../corpus/corpus.ts';
import { documentOf } from './documents.ts';

/** Other terms of a content than the analyser gave: a fault to be found, where one is planted. */
export type ChangeTerms = (terms: readonly string[], of: Content) => readonly string[];

/** An entry with its terms, as an indexer hands them over; nothing of an entry without content. */
export function indexedTerms(
  entry: CorpusEntry,
  change: ChangeTerms = (terms) => terms,
): { position: number; terms: readonly string[] }[] {
  if (entry.kind === 'deletion') return [];
  const terms = termsOf(entry.kind === 'edit' ? entry.of : entry, entry);
  return [{ position: entry.position, terms: change(terms, entry) }];
}

/** @throws RangeError if the message reaches a cap: such are to be left out by name, and the corpus has none */
export function termsOf(message: Message, content: Content): readonly string[] {
  const { terms, capped } = analyse(documentOf(message, content));
  if (capped.length > 0) throw new RangeError(`a message reaches a cap: ${capped.join(', ')}`);
  return terms;
}
