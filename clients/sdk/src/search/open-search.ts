import { CloisterError } from '@cloister/wire';
import type { Client } from '../api/client.ts';
import type { Search } from '../api/search.ts';
import { CloisterClient } from '../client/cloister-client.ts';

/** Search over what this client's person may read. Its code, which knows the forms of words in many languages, is loaded here. */
export const openSearch = async (client: Client): Promise<Search> => {
  if (!(client instanceof CloisterClient)) throw new CloisterError('client/invalid-request');
  const { ClientSearch } = await import('./client-search.ts');
  return new ClientSearch(client, client.searchParts());
};
