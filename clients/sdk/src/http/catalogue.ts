import { CloisterError } from '@cloister/wire';
import { isRecord } from '../json.ts';
import type { HttpClient } from './http-client.ts';

/** Where this deployment's services are, from the catalogue (kms.md §3.3). */
export interface Catalogue {
  readonly wdm: string;
  readonly encryption: string;
  readonly conversation: string;
}

/** Asks the catalogue. @throws CloisterError `client/unreadable` when a service is missing */
export const readCatalogue = async (http: HttpClient, catalogueUrl: string): Promise<Catalogue> => {
  const body = await http.json({ method: 'GET', url: `${catalogueUrl}/catalog?format=hostmap`, retries: 2 });
  const links = isRecord(body) ? body.serviceLinks : undefined;
  const link = (name: string): string => {
    const url = isRecord(links) ? links[name] : undefined;
    if (typeof url !== 'string' || !URL.canParse(url)) throw new CloisterError('client/unreadable', { detail: name });
    return url.replace(/\/$/, '');
  };
  return { wdm: link('wdm'), encryption: link('encryption'), conversation: link('conversation') };
};
