import { randomUUID } from 'node:crypto';
import type { Constellation } from '@cloister/testkit';
import pg from 'pg';
import type { Tokens } from './person.ts';
import { superuser } from './superuser.ts';

/** Devices written straight into the core's database: one person may register far fewer, and ten thousand people would not differ here. */
export async function manyDevices(
  all: Constellation,
  tokens: Tokens,
  count: number,
): Promise<{ url: string; path: string }[]> {
  const client = new pg.Client({ ...superuser(all), database: 'core' });
  await client.connect();
  try {
    const ids = Array.from({ length: count }, () => randomUUID());
    await client.query(
      `INSERT INTO devices (id, user_id, organisation_id, details, created_at, modified_at)
       SELECT unnest($1::uuid[]), user_id, organisation_id, details, now(), now() FROM (SELECT * FROM devices WHERE user_id = $2 LIMIT 1) AS known`,
      [ids, tokens.userId],
    );
    return ids.map((id) => ({
      url: `${all.endpoints.core}/wdm/api/v1/devices/${id}`,
      path: `/mercury/v1/devices/${id}/messages`,
    }));
  } finally {
    await client.end();
  }
}
