import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from './open-database.ts';
import { sql } from './sql.ts';
import { type OwnPostgres, ownPostgres } from './testing/own-postgres.ts';

let postgres: OwnPostgres;
let database: Database;
let folder: string;

beforeAll(async () => {
  postgres = await ownPostgres();
  database = openDatabase({ ...postgres.config, max: 8 });
});
afterAll(async () => {
  await database.close();
  await postgres.remove();
});
beforeEach(async () => {
  await database.execute(sql`drop table if exists migration, room`);
  folder = mkdtempSync(join(postgres.folder, 'migrations-'));
});

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const migrate = () => database.migrate(pathToFileURL(folder));
const applied = async () =>
  (await database.rows(sql<{ name: string }>`select name from migration order by number`)).map(({ name }) => name);

it('applies the files in order, each once', async () => {
  write('0001-rooms.sql', 'create table room (id int); insert into room values (1);');
  write('0002-titles.sql', 'alter table room add title text;');
  write('notes.txt', 'not a migration');
  await migrate();
  write('0003-more.sql', "insert into room values (2, 'x');");
  await migrate();
  await migrate();
  expect(await applied()).toEqual(['0001-rooms.sql', '0002-titles.sql', '0003-more.sql']);
  expect(await database.rows(sql`select id from room`)).toEqual([{ id: 1 }, { id: 2 }]);
});

it('applies each file once when several processes start together', async () => {
  write('0001-rooms.sql', 'create table room (id int); insert into room values (1);');
  const others = [1, 2, 3].map(() => openDatabase(postgres.config));
  await Promise.all([database, ...others].map((each) => each.migrate(pathToFileURL(folder))));
  expect(await database.rows(sql`select id from room`)).toEqual([{ id: 1 }]);
  await Promise.all(others.map((each) => each.close()));
});

it('leaves nothing of a file that fails, and names the file without what it quotes', async () => {
  write('0001-rooms.sql', 'create table room (id int);');
  write('0002-broken.sql', "insert into room values (5); insert into room values ('alice@acme.example');");
  const failure = await migrate().then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({
    code: 'platform/migration',
    detail: expect.stringContaining('0002-broken.sql failed (22P02)'),
  });
  expect(String(failure)).not.toContain('alice');
  expect(await applied()).toEqual(['0001-rooms.sql']);
  expect(await database.rows(sql`select id from room`)).toEqual([]);
  write('0002-broken.sql', 'insert into room values (5);');
  await migrate();
  expect(await database.rows(sql`select id from room`)).toEqual([{ id: 5 }]);
});

it('refuses a file that was changed after it had been applied', async () => {
  write('0001-rooms.sql', 'create table room (id int);');
  await migrate();
  write('0001-rooms.sql', 'create table room (id bigint);');
  await expect(migrate()).rejects.toMatchObject({
    code: 'platform/migration',
    detail: expect.stringContaining('0001-rooms.sql was changed'),
  });
});

it('refuses a database that a newer program has migrated', async () => {
  write('0001-rooms.sql', 'create table room (id int);');
  write('0002-titles.sql', 'alter table room add title text;');
  await migrate();
  rmSync(join(folder, '0002-titles.sql'));
  await expect(migrate()).rejects.toMatchObject({ detail: expect.stringContaining('newer program') });
});

it('refuses gaps, repeated numbers and other names before it changes anything', async () => {
  for (const bad of ['0003-gap.sql', '0001-again.sql', 'rooms.sql', '0002-Big.sql']) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    write('0001-a.sql', 'create table room (id int);');
    write(bad, '');
    await expect(migrate()).rejects.toMatchObject({ code: 'platform/migration' });
  }
  expect(await database.one(sql`select to_regclass('room') as room`)).toEqual({ room: null });
});
