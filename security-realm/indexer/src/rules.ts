import { analyserVersion } from '@cloister/search-terms';

/** Raised when tokens are made in another way (wires §14): a room's index that was made by other rules is built anew. */
const tokensVersion = 1;

export const rules = `terms ${analyserVersion} tokens ${tokensVersion}`;
