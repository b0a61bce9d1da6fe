import { existsSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { databaseOf } from './configs.ts';
import type { RealmLayout } from './layout.ts';
import type { RealmSettings } from './settings.ts';

/** A key server of another organisation that was met. */
export interface MetPeer {
  readonly kmsHost: string;
  readonly seenAt: Date;
}

/** The peers in the key server's database; null when it does not answer. */
export const metPeers = async (layout: RealmLayout, settings: RealmSettings): Promise<readonly MetPeer[] | null> => {
  const place = databaseOf(layout, settings);
  if (!existsSync(place.credentialFile)) return null;
  const password = readFileSync(place.credentialFile, 'utf8').trim();
  const ssl =
    'rootCertificate' in place && place.rootCertificate !== undefined
      ? { ssl: { ca: readFileSync(place.rootCertificate) } }
      : {};
  const where = 'url' in place ? { connectionString: place.url } : place;
  const client = new pg.Client({ ...where, ...ssl, password, connectionTimeoutMillis: 2000, query_timeout: 2000 });
  try {
    await client.connect();
    const { rows } = await client.query(
      'select kms_host as "kmsHost", seen_at as "seenAt" from peer order by kms_host',
    );
    return rows as MetPeer[];
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
};
