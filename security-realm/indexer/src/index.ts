/**
 * Makes what people write findable: follows the rooms' logs inside the organisation's own realm, turns words into keyed
 * tokens for the core to compare, and plans what people look for (R390 to R397).
 * Never learns a main key or a person's name, stores no word and no key, and listens on no network.
 * @see docs/wires.md §14; docs/search.md
 */
export { type Batch, type BatchSettings, makeBatch, type RoomDocuments } from './batches/make-batch.ts';
export { Counters, type IndexToOpen } from './counters/counters.ts';
export { type AttackName, type AttackResult, attackNames, attackRoom, medianResult } from './figures/attack-room.ts';
export { auxiliaryOf } from './figures/auxiliary.ts';
export type { RoomTerms, Scheme } from './figures/observed-index.ts';
export { chooseRooms } from './queries/choose-rooms.ts';
export { makePlans } from './queries/make-plans.ts';
export { RandomSource } from './tokens/random-source.ts';
export { type SearchKey, searchKey } from './tokens/search-key.ts';

/** The folder of migrations, for a database that bench or a test opens itself. */
export const migrations = new URL('../migrations/', import.meta.url);
