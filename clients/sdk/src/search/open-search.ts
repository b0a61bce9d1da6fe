import { CloisterError } from '@cloister/wire';
import type { Client } from '../api/client.ts';
import type { Search } from '../api/search.ts';
import { CloisterClient } from '../client/cloister-client.ts';

/**
 * Search over what this client's person may read. Its code, which knows the forms of words in many languages, is loaded
 * here, and the key of the conversation with the indexer made if there is none: nothing is left to wait for when one asks.
 */
export const openSearch = async (client: Client): Promise<Search> => {
  if (!(client instanceof CloisterClient)) throw new CloisterError('client/invalid-request');
  const parts = client.searchParts();
  // What fails here is tried again by the first search, which says why.
  parts.key.get().catch(() => {});
  const { ClientSearch } = await import('./client-search.ts');
  return new ClientSearch(client, parts);
};
