import { type IndexNumbers, parseIndexNumbers } from '@cloister/wire';
import { Addresses } from '../http/addresses.ts';
import { HttpClient } from '../http/http-client.ts';
import { globalPlatform, type Platform } from '../platform.ts';
import type { Session } from '../session/session.ts';

/** The own organisation's index at the core; for full administrators. */
export interface SearchIndex {
  /** How far it reaches, and how large it is. */
  numbers(): Promise<IndexNumbers>;
  /** Deletes all of it; it is made anew while the function is on. */
  forget(): Promise<void>;
}

/** What the core tells full administrators of the index, and its end (docs/wires.md §14). */
export const openSearchIndex = (
  session: Pick<Session, 'deployment' | 'coreToken' | 'refused'>,
  { platform = globalPlatform }: { readonly platform?: Platform } = {},
): SearchIndex => {
  const refused = (token: string) => session.refused(token);
  const http = new HttpClient({ platform, refused, token: () => session.coreToken() });
  const addresses = new Addresses(http, session.deployment.catalogue);
  const url = () => addresses.beside('/search/v1/index');
  return {
    numbers: async () => parseIndexNumbers(await http.json({ method: 'GET', url: await url(), retries: 2 })),
    // Deleted twice is deleted.
    forget: async () => void (await http.json({ method: 'DELETE', url: await url(), retries: 2 })),
  };
};
