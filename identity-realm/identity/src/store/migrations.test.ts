import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase, sql } from '@cloister/database';
import { database } from '@cloister/testkit';
import { newId, type OrganisationId, type UserId } from '@cloister/wire';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { listDomains } from './domains.ts';
import { migrations } from './migrations.ts';
import { insertPerson } from './people.ts';
import { appendStatus, readStatus } from './status-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-id-schema-'));
const first = '0001-identity.sql';
const organisationId = newId<OrganisationId>();
const at = new Date('2026-11-21T12:00:00.000Z');

let empty: Awaited<ReturnType<typeof database>>;
let open: ReturnType<typeof openDatabase>;
beforeEach(async () => {
  empty = await database();
  const { host, database: name, user, credentialFile } = empty;
  open = openDatabase({ host, database: name, user, credentialFile, name: 'test' });
  copyFileSync(new URL(first, migrations), join(folder, first));
  await open.migrate(pathToFileURL(`${folder}/`));
});
afterEach(async () => {
  await open.close();
  await empty.drop();
});
afterAll(() => rmSync(folder, { recursive: true }));

const person = async (name: string, roles: readonly ('member' | 'full-admin')[]): Promise<UserId> => {
  const id = newId<UserId>();
  const email = `${name}@acme.example`;
  await insertPerson(open, { id, organisationId, name, email, emailKey: email, roles, password: 'x', at });
  await appendStatus(open, { kind: 'person', id, organisationId, active: true });
  return id;
};
/** As it was done before there were claims. */
const addAcme = async () => {
  await open.execute(sql`INSERT INTO organisations (id, name, created_at) VALUES (${organisationId}, 'Acme', ${at})`);
  await open.execute(sql`
    INSERT INTO domains (domain, organisation_id, verified_at) VALUES ('acme.example', ${organisationId}, ${at})`);
};
const read = () => readStatus(open, { after: 0, limit: 100, organisationIds: [] });

it('tells the realms who administers, of people from before entries told it', async () => {
  await addAcme();
  const alice = await person('alice', ['member', 'full-admin']);
  await person('bob', ['member']);
  const gone = await person('carol', ['member', 'full-admin']);
  await open.execute(sql`UPDATE people SET active = false WHERE id = ${gone}`);

  await open.migrate(migrations);
  const { head, entries } = await read();
  expect(head).toBe(5);
  expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  const stated = { kind: 'person', organisationId, roles: ['full-admin'] };
  const added = entries.slice(3).map(({ seq: _, ...entry }) => entry);
  expect(added).toHaveLength(2);
  expect(added).toContainEqual({ ...stated, id: alice, active: true });
  expect(added).toContainEqual({ ...stated, id: gone, active: false });

  await appendStatus(open, { kind: 'organisation', id: organisationId });
  expect((await read()).entries.at(-1)?.seq).toBe(6);
  await open.migrate(migrations);
  expect((await read()).head).toBe(6);
});

it('adds nothing to an empty feed', async () => {
  await open.migrate(migrations);
  expect(await read()).toEqual({ head: 0, entries: [] });
});

it('keeps the domains of organisations: they were proven by the operator’s word', async () => {
  await addAcme();
  await open.migrate(migrations);
  expect(await listDomains(open, [organisationId])).toEqual([
    { organisationId, domain: 'acme.example', claimedAt: at, verifiedAt: at, proof: 'operator' },
  ]);
});
