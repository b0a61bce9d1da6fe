import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Constellation, constellation } from '@cloister/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandLine } from './cli/command-line.ts';

let all: Constellation;
beforeAll(async () => {
  all = await constellation();
});
afterAll(() => all?.stop());

const { start, cloister, done } = commandLine(() => all.data);

it('prints a full access token on its last line, which the core itself does not take (R284)', async () => {
  const token = (await done(['token', 'alice@acme.example'])).at(-1) ?? '';
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  expect(claims).toMatchObject({ aud: 'identity', sub: all.person('alice').id, client_id: all.endpoints.client.id });
  const answer = await fetch(`${all.endpoints.core}/conversation/api/v1/conversations`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(401);
});

it('carries a conversation with a file between two people', async () => {
  const [id = ''] = await done(['room', 'create', 'Plans', 'ben@acme.example'], 'alice');
  expect(await done(['room', 'list', '--json'], 'ben')).toMatchObject([expect.stringContaining('"title":"Plans"')]);
  const tail = start(['room', 'tail', id, '--count', '3'], 'ben');
  await tail.following;
  await done(['room', 'send', 'Plans', 'Lunch at noon?'], 'alice');
  await done(['room', 'send', 'plans', '-'], 'ben', 'Yes, of course\n');
  const followed = await tail.ended;
  expect(followed.lines.map((line) => line.slice(18))).toEqual([
    'Alice Martin: Lunch at noon?',
    'Ben Carter made a new key',
    'Ben Carter: Yes, of course',
  ]);
  writeFileSync(join(all.data, 'menu.txt'), 'soup');
  await done(['room', 'upload', 'Plans', './menu.txt', '--message', 'the menu'], 'alice');
  await done(['room', 'download', 'Plans', 'menu.txt', '--output', 'copy.txt'], 'ben');
  expect(readFileSync(join(all.data, 'copy.txt'), 'utf8')).toBe('soup');
  const again = await cloister(['room', 'download', 'Plans', 'menu.txt', '--output', 'copy.txt'], 'ben');
  expect([again.code, again.err.split('\n')[0]]).toEqual([1, `error: cannot write ${join(all.data, 'copy.txt')}`]);
  const said = (await done(['room', 'history', 'Plans'], 'ben')).map((line) => line.slice(18));
  expect(said).toEqual([
    'Alice Martin created the room',
    'Alice Martin added Ben Carter',
    'Alice Martin: Lunch at noon?',
    'Ben Carter made a new key',
    'Ben Carter: Yes, of course',
    'Alice Martin shared menu.txt (4 bytes): the menu',
  ]);
});

it('adds, shows, renames, removes and leaves', async () => {
  await done(['room', 'create', 'Team'], 'alice');
  await done(['room', 'add', 'Team', 'aoi@acme.example', 'ben@acme.example'], 'alice');
  await done(['room', 'rename', 'Team', 'The team'], 'alice');
  const [shown = ''] = await done(['room', 'show', 'The team', '--json'], 'aoi');
  expect(JSON.parse(shown)).toMatchObject({
    title: 'The team',
    unexplained: [],
    cannotRead: [],
    keyServers: ['kms.acme.example'],
  });
  await done(['room', 'remove', 'The team', 'ben@acme.example'], 'alice');
  const gone = await cloister(['room', 'history', 'The team'], 'ben');
  expect([gone.code, gone.err]).toEqual([1, expect.stringMatching(/^error: you have no room "The team"\nhint: /)]);
  await done(['room', 'leave', 'The team'], 'aoi');
});

it('finds people by name and address (R425)', async () => {
  const [found = ''] = await done(['people', 'search', 'carter', '--json'], 'alice');
  expect(JSON.parse(found)).toMatchObject({ id: all.person('ben').id, name: 'Ben Carter' });
});

it('lists the organisation’s domains, claims one and takes that back', async () => {
  const list = async () =>
    (await done(['domain', 'list', '--json'], 'alice')).map((line) => JSON.parse(line) as { domain: string });
  const own = { domain: 'acme.example', state: 'verified', by: 'operator' };
  expect(await list()).toMatchObject([own]);
  expect(await done(['domain', 'claim', 'Acme.test'], 'alice')).toEqual([
    expect.stringMatching(/^_cloister-challenge\.acme\.test\. IN TXT "cloister-domain-verification=[\w-]{43}"$/),
  ]);
  expect(await list()).toMatchObject([own, { domain: 'acme.test', state: 'pending' }]);
  await done(['domain', 'remove', 'acme.test'], 'alice');
  expect(await list()).toMatchObject([own]);
  const other = await cloister(['domain', 'list'], 'ben');
  expect([other.code, other.err]).toEqual([1, expect.stringMatching(/^error: [^\n]+\nhint: a full administrator may/)]);
});

it('lets every realm know the three key servers, without anybody setting anything up (R361)', async () => {
  const listed = all.endpoints.organisations.map(({ kmsHost, id }) => [kmsHost, [id]]);
  expect(listed).toHaveLength(3);
  for (const server of ['core', 'acme-kms', 'globex-kms', 'operator-kms']) {
    const known = () => {
      const { realms } = JSON.parse(readFileSync(join(all.data, `servers/${server}/status.json`), 'utf8'));
      return (realms as [string, string[]][]).map(([kmsHost, organisationIds]) => [kmsHost, organisationIds]);
    };
    await expect.poll(known, { timeout: 30_000 }).toEqual(expect.arrayContaining(listed));
  }
});

it('keeps what it remembers of people readable by their owner alone', () => {
  const folder = join(all.data, 'cli');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const open = entries.filter((entry) => (statSync(join(entry.parentPath, entry.name)).mode & 0o077) !== 0);
  expect(entries.some((entry) => entry.isFile())).toBe(true);
  expect(open.map(({ name }) => name)).toEqual([]);
});

it('finds nothing wrong with a sound deployment, and says which server is gone from another', async () => {
  const sound = await cloister(['doctor', '--json']);
  const findings = sound.lines.map((line) => JSON.parse(line) as { check: string; ok: boolean });
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
  expect(findings.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'server core',
      'keystore acme-hsm',
      'certificate kms.acme.example',
      'fence acme-kms',
      'keys at rest acme-kms',
      'clock',
    ]),
  );
  await all.deployment.kill('globex-kms', 'SIGKILL');
  const sick = await cloister(['doctor']);
  await all.deployment.start('globex-kms');
  expect(sick.code).toBe(1);
  expect(sick.err).toMatch(/^error: server globex-kms: does not answer\nhint: /);
});
