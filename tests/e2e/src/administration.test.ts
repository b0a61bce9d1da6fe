import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  globalPlatform,
  memoryStore,
  openAdministration,
  type Platform,
  signInAsMachine,
  signInWithPassword,
} from '@cloister/sdk';
import { type Constellation, constellation } from '@cloister/testkit';
import type { MachineId, UserId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deploymentOf, until, withSession } from './sdk/sdk-person.ts';

const main = fileURLToPath(new URL('../../../clients/cli/src/main.ts', import.meta.url));
let all: Constellation;
beforeAll(async () => {
  all = await constellation();
});
afterAll(() => all?.stop());

/** Runs the command line as people do, in a process of its own. */
const cloister = async (args: readonly string[], as: string) => {
  const env = { ...process.env, CLOISTER_DATA: all.data, INIT_CWD: all.data, CLOISTER_AS: `${as}@acme.example` };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as number, lines: out.split('\n').filter(Boolean), err };
};
const done = async (args: readonly string[], as = 'alice'): Promise<string[]> => {
  const { code, lines, err } = await cloister(args, as);
  expect([code, err]).toEqual([0, '']);
  return lines;
};
const json = async (args: readonly string[], as?: string) =>
  (await done([...args, '--json'], as)).map((line) => JSON.parse(line) as Record<string, unknown>);

it('lists functions, all off, and lets a full administrator switch them; a machine’s token in hand is dead at once (R341-R343, R400)', async () => {
  const shown = async (as?: string) =>
    Object.fromEntries((await json(['function', 'list'], as)).map(({ purpose, enabled }) => [purpose, enabled]));
  const off = { indexing: false, transcoding: false, retention: false, ediscovery: false, dlp: false };
  expect(await shown('ben')).toEqual(off);

  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(all.data, 'indexer.json'), JSON.stringify(publicKey.export({ format: 'jwk' })));
  const [id = ''] = await done(['machine', 'add', 'indexing', 'indexer.json']);
  const { organisationId } = all.person('alice');
  const signIn = () =>
    signInAsMachine({
      deployment: deploymentOf(all, organisationId),
      machineId: id as MachineId,
      key: privateKey.export({ format: 'jwk' }) as Parameters<typeof signInAsMachine>[0]['key'],
    });
  const token = async () => (await signIn()).coreToken();
  await expect(token()).rejects.toMatchObject({ code: 'identity/function-off' });

  const refused = await cloister(['function', 'on', 'indexing'], 'ben');
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/^error: .+\nhint: a full administrator may/)]);
  await done(['function', 'on', 'indexing']);
  expect(await shown('ben')).toEqual({ ...off, indexing: true });
  const inHand = await token();
  const ask = () =>
    fetch(`${all.endpoints.core}/conversation/api/v1/conversations/${crypto.randomUUID()}`, {
      headers: { authorization: `Bearer ${inHand}` },
    });
  await expect.poll(async () => (await ask()).status, { timeout: 60_000, interval: 50 }).toBe(404);

  await done(['function', 'off', 'indexing']);
  await expect.poll(async () => (await ask()).status, { timeout: 60_000, interval: 50 }).toBe(403);
  expect(await (await ask()).json()).toMatchObject({ code: 'core/function-off' });
  await expect(token()).rejects.toMatchObject({ code: 'identity/function-off' });

  await done(['function', 'on', 'indexing']);
  await done(['machine', 'remove', id]);
  await expect(token()).rejects.toMatchObject({ code: 'client/not-signed-in' });
  await done(['function', 'off', 'indexing']);
});

it('has a machine account for each realm’s own transcoder from the start, its function off', async () => {
  const { machines } = JSON.parse(readFileSync(join(all.data, 'servers/identity/provisioned.json'), 'utf8')) as {
    machines: { id: string; organisationId: string }[];
  };
  const { organisationId } = all.person('alice');
  const machine = machines.find((each) => each.organisationId === organisationId);
  const key = JSON.parse(readFileSync(join(all.data, 'servers/acme-transcoder/machine.key'), 'utf8'));
  const listed = (await json(['function', 'list'])).find(({ purpose }) => purpose === 'transcoding');
  expect(listed).toMatchObject({ enabled: false, machines: [{ id: machine?.id, active: true }] });
  const deployment = deploymentOf(all, organisationId);
  const session = signInAsMachine({ deployment, machineId: machine?.id as MachineId, key }).then((each) =>
    each.coreToken(),
  );
  await expect(session).rejects.toMatchObject({ code: 'identity/function-off' });
});

it('opens a case with one administrator and approves it with another who is not in it (R097)', async () => {
  const { email, password, organisationId } = all.person('alice');
  const deployment = deploymentOf(all, organisationId);
  const session = await signInWithPassword({ deployment, store: memoryStore(), email, password });
  await openAdministration(session).changePerson(all.person('aoi').id as UserId, { roles: ['member', 'full-admin'] });

  const opening = ['case', 'open', 'Matter 17', 'chloe@acme.example', '--officer', 'ben@acme.example', '--days', '2'];
  const [id = ''] = await done(opening);
  const state = async () => (await json(['case', 'list'])).find((each) => each.id === id)?.state;
  expect(await state()).toBe('awaiting-approval');
  const own = await cloister(['case', 'approve', id], 'alice');
  expect([own.code, own.err]).toEqual([1, expect.stringContaining('error: ')]);
  expect((await cloister(['case', 'approve', id], 'ben')).code).toBe(1);
  await done(['case', 'approve', id], 'aoi');
  expect(await state()).toBe('open');
  const [line = ''] = await done(['case', 'list']);
  expect(line).toContain('Ben Carter reads for Chloé Dubois');
  await done(['case', 'close', id], 'aoi');
  expect(await state()).toBe('closed');
});

it('signs somebody who leaves out everywhere: sockets, core, key server, identity, refresh, within 60 s (R332)', async () => {
  const { id, email, password, organisationId } = all.person('minjun');
  const closed: number[] = [];
  const platform: Platform = {
    ...globalPlatform,
    openSocket: (url) => {
      const socket = new WebSocket(url);
      socket.addEventListener('close', ({ code }) => closed.push(code));
      return socket as unknown as ReturnType<Platform['openSocket']>;
    },
  };
  const deployment = deploymentOf(all, organisationId);
  const store = memoryStore();
  const session = await signInWithPassword({ deployment, store, email, password, platform });
  const person = await withSession(session, memoryStore(), platform);
  const room = await person.client.rooms.create({ title: 'Mine', people: [] });
  const [core, full] = [await session.coreToken(), await session.fullToken()];
  const { refreshToken } = (await store.read('session', 'tokens')) as { refreshToken: string };
  const status = async (url: string, token: string) =>
    (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
  const atCore = () => status(`${all.endpoints.core}/conversation/api/v1/conversations/${room}`, core);
  const atIdentity = () => status(`${all.endpoints.identity}/api/v1/organisation/functions`, full);
  const grant = async (form: Record<string, string>) => {
    const url = `${all.endpoints.oauth}/idb/oauth2/v1/access_token`;
    const body = new URLSearchParams({ client_id: deployment.clientId, ...form });
    const answer = await fetch(url, { method: 'POST', body });
    return [answer.status, ((await answer.json()) as { error?: string }).error];
  };
  expect([await atCore(), await atIdentity()]).toEqual([200, 200]);

  const since = performance.now();
  await done(['people', 'deactivate', email]);
  await expect.poll(() => closed, { timeout: 60_000, interval: 20 }).toEqual([4401]);
  await expect.poll(atCore, { timeout: 60_000, interval: 20 }).toBe(401);
  const heard = () => {
    const { people } = JSON.parse(readFileSync(join(all.data, 'servers/acme-kms/status.json'), 'utf8')) as {
      people: [string, string, boolean][];
    };
    return people.find(([each]) => each === id)?.[2];
  };
  await expect.poll(heard, { timeout: 60_000, interval: 20 }).toBe(false);
  expect(performance.now() - since).toBeLessThan(60_000);

  expect(await atIdentity()).toBe(401);
  expect(await grant({ grant_type: 'refresh_token', refresh_token: refreshToken })).toEqual([400, 'invalid_grant']);
  const reduction = 'urn:cisco:oauth:grant-type:scope-reduction';
  expect(await grant({ grant_type: reduction, token: full, scope: 'spark:kms' })).toEqual([400, 'invalid_grant']);
  await expect(signInWithPassword({ deployment, store: memoryStore(), email, password })).rejects.toMatchObject({
    code: expect.any(String),
  });
  await until(person.client, () => person.client.snapshot().connection.state === 'signed-out');
  await person.close();

  await done(['people', 'activate', email]);
  expect([await atCore(), await atIdentity()]).toEqual([401, 401]);
  await expect(signInWithPassword({ deployment, store: memoryStore(), email, password })).resolves.toHaveProperty(
    'personId',
    id,
  );
});
