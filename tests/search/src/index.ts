/**
 * Rooms full of messages in many languages, and the queries people ask of them.
 * Never learns what a person wrote: everything here is made up, and nothing of it ships.
 * @see docs/search.md
 */

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
export { type AskedQuery, queries } from './queries/queries.ts';
export { type Settled, settled } from './reference/settled.ts';
