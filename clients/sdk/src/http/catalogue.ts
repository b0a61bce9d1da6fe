import { CloisterError, parseServiceCatalogue, type ServiceName } from '@cloister/wire';
import type { HttpClient } from './http-client.ts';

/** Where this deployment's services are, from the catalogue (kms.md §3.3). */
export interface Catalogue {
  readonly wdm: string;
  readonly encryption: string;
  readonly conversation: string;
  readonly files: string;
}

/** Asks the catalogue. @throws CloisterError `client/unreadable` when a service is missing */
export const readCatalogue = async (http: HttpClient, catalogueUrl: string): Promise<Catalogue> => {
  const body = await http.json({ method: 'GET', url: `${catalogueUrl}/catalog?format=hostmap`, retries: 2 });
  const { serviceLinks } = parseServiceCatalogue(body);
  const link = (name: ServiceName): string => {
    const url = serviceLinks[name];
    if (url === undefined || !URL.canParse(url)) throw new CloisterError('client/unreadable', { detail: name });
    return url.replace(/\/$/, '');
  };
  return { wdm: link('wdm'), encryption: link('encryption'), conversation: link('conversation'), files: link('files') };
};
