import pg from 'pg';
import { expect, it } from 'vitest';
import { database } from './database.ts';

it('gives each suite an empty database with a role that is no superuser', async () => {
  const empty = await database();
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  const answer = await client.query(
    'SELECT current_database() AS name, usesuper FROM pg_user WHERE usename = current_user',
  );
  expect(answer.rows).toEqual([{ name: empty.database, usesuper: false }]);
  await client.end();
  await empty.drop();
});
