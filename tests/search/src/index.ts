// Rooms full of messages in many languages, the queries people ask of them, and what the match rules say they find.
// Tests only: everything here is made up, and nothing of it ships.
// docs/search.md

export {
  type Content,
  type Corpus,
  type CorpusEntry,
  type CorpusOptions,
  corpus,
  type Deletion,
  type Edit,
  type Message,
} from './corpus/corpus.ts';
export type { SharedFile } from './corpus/files.ts';
export { type Random, seeded } from './corpus/random.ts';
export type { Person, Room, World } from './corpus/world.ts';
