import type { Purpose } from '@cloister/wire';

/**
 * Whether machines of this purpose read, beside rooms of their organisation, every room with one of its people in it:
 * an organisation's people find what they may read by their own indexer alone (docs/wires.md §14).
 */
export const readsAsGuest = (purpose: Purpose): boolean => purpose === 'indexing';
