import type { KmsResponse, SearchKeyRepresentation } from '@cloister/wire';
import type { TestClient } from '../../testing/test-client.ts';

/** What an indexer asks for a room's search keys. */
export const searchQuestion = (resourceUri: string) => ({ method: 'retrieve', uri: `${resourceUri}/searchKeys` });

export const askSearchKeys = (client: TestClient, resourceUri: string): Promise<KmsResponse> =>
  client.ask(searchQuestion(resourceUri));

/** Those it is given, oldest first. @throws when it is refused */
export const searchKeysFor = async (client: TestClient, resourceUri: string): Promise<SearchKeyRepresentation[]> => {
  const { status, reason, searchKeys } = await askSearchKeys(client, resourceUri);
  if (status !== 200) throw new Error(`no search keys: ${status} ${reason}`);
  return searchKeys ?? [];
};

export const bytesOf = (keys: readonly SearchKeyRepresentation[]): string[] => keys.map(({ jwk }) => jwk.k);
