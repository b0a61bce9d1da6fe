/**
 * The core's search index: which documents of a room hold which keyed hashes, sealed at rest under a key that the database does not have.
 * It never learns what a hash stands for.
 * @see docs/wires.md §14
 */
export type { SearchHit } from './evaluate/cursor.ts';
export type { SearchEnd, SearchRequest } from './evaluate/search.ts';
export { readSearchKey } from './read-search-key.ts';
export { SearchIndex, type SearchIndexOptions } from './search-index.ts';
