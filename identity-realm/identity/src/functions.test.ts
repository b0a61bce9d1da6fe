import { purposes } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readFeed } from './testing/feed.ts';
import type { Ask } from './testing/http-client.ts';
import { type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { newMachineKey } from './testing/machine.ts';
import { longEnough, numRuns } from './testing/runs.ts';
import { reduced, signIn } from './testing/sign-in.ts';

const base = '/identity/api/v1/organisation';

let identity: IdentityUnderTest;
let admin: string;
let member: string;
let stranger: string;
let head: number;
beforeAll(async () => {
  identity = await identityUnderTest();
  const tokenOf = async (email: string) => (await signIn(identity.client(), email, password)).access_token;
  admin = await tokenOf('alice@acme.example');
  member = await tokenOf('bob@acme.example');
  stranger = await tokenOf('gina@globex.example');
});
afterAll(() => identity.close());
beforeEach(async () => {
  head = (await readFeed(identity)).head;
});

const ask = (path: string, token: string, more: Ask = {}) =>
  identity.client().ask(`${base}/${path}`, { ...more, headers: { authorization: `Bearer ${token}` } });
const put = (purpose: string, json: unknown, token = admin) =>
  ask(`functions/${purpose}`, token, { method: 'PUT', json });
const news = async () => (await readFeed(identity, `after=${head}`)).entries;
const alice = () => identity.person('alice@acme.example');
const by = () => ({ kind: 'person', id: alice().id });

describe('functions', () => {
  it('are off, all of them, until an administrator switches one on; members see which (R343, R400)', async () => {
    const readers = [admin, member, await reduced(identity.client(), member, 'spark:people_read')];
    for (const token of readers) {
      const { items } = (await ask('functions', token)).json();
      expect(items.map(({ purpose, enabled }: { purpose: string; enabled: boolean }) => [purpose, enabled])).toEqual(
        purposes.map((purpose) => [purpose, false]),
      );
    }
  });

  it('are switched by a full administrator, and the realms hear who did it (R342)', async () => {
    expect((await put('indexing', { enabled: true })).status).toBe(204);
    const { organisationId } = alice();
    const entry = { kind: 'function', organisationId, purpose: 'indexing', by: by() };
    expect(await news()).toEqual([{ seq: head + 1, ...entry, enabled: true }]);
    const changedAt = new Date(identity.clock.ms).toISOString();
    const shown = async (token: string) =>
      (await ask('functions', token)).json().items.find(({ purpose }: { purpose: string }) => purpose === 'indexing');
    expect(await shown(admin)).toEqual({
      purpose: 'indexing',
      enabled: true,
      changedAt,
      changedBy: alice().id,
      machines: [],
    });
    expect(await shown(member)).toEqual({ purpose: 'indexing', enabled: true, changedAt });
    expect(await shown(stranger)).toMatchObject({ enabled: false });

    identity.clock.ms += 5000;
    expect((await put('indexing', { enabled: true })).status).toBe(204);
    expect((await shown(admin)).changedAt).toBe(changedAt);
    expect((await put('indexing', { enabled: false })).status).toBe(204);
    expect((await put('indexing', { enabled: false })).status).toBe(204);
    expect(await news()).toEqual([
      { seq: head + 1, ...entry, enabled: true },
      { seq: head + 2, ...entry, enabled: false },
    ]);
    expect(await shown(member)).toMatchObject({ enabled: false });
  });

  it('are as they were after a restart', async () => {
    await put('dlp', { enabled: true });
    await identity.restart();
    const { items } = (await ask('functions', member)).json();
    expect(items.find(({ purpose }: { purpose: string }) => purpose === 'dlp')).toMatchObject({ enabled: true });
    await put('dlp', { enabled: false });
    expect(await news()).toMatchObject([
      { kind: 'function', purpose: 'dlp', enabled: true },
      { kind: 'function', purpose: 'dlp', enabled: false },
    ]);
  });

  it('change nothing for members, reduced tokens and nobody', async () => {
    const people = await reduced(identity.client(), admin, 'spark:people_read');
    const core = await reduced(identity.client(), admin, 'spark:all spark:people_read');
    expect((await put('dlp', { enabled: true }, member)).status).toBe(403);
    expect((await put('dlp', { enabled: true }, people)).status).toBe(403);
    expect((await put('dlp', { enabled: true }, core)).status).toBe(401);
    expect((await put('dlp', { enabled: true }, 'a.b.c')).status).toBe(401);
    expect((await ask('functions', 'a.b.c')).status).toBe(401);
    expect((await put('dlp', { enabled: 'yes' })).status).toBe(400);
    expect((await put('dlp', { enabled: true, organisationId: alice().organisationId })).status).toBe(400);
    expect((await put('mining', { enabled: true })).status).toBe(400);
    expect(await news()).toEqual([]);
  });

  it('switched by many at once are what the last entry says', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => put('retention', { enabled: n % 2 === 0 }).then(({ status }) => status)),
    );
    const entries = (await news()).flatMap((entry) => (entry.kind === 'function' ? [entry.enabled] : []));
    // Each entry is a change: on and off in turns.
    expect(entries).toEqual(entries.map((_, n) => n % 2 === 0));
    const { items } = (await ask('functions', member)).json();
    const { enabled } = items.find(({ purpose }: { purpose: string }) => purpose === 'retention');
    expect(enabled).toBe(entries.at(-1));
  });
});

describe('machine accounts', () => {
  const add = (json: unknown, token = admin) => ask('machines', token, { json });
  const remove = (id: string, token = admin) => ask(`machines/${id}`, token, { method: 'DELETE' });

  it('are made and ended by a full administrator, and the realms hear who did it (R341)', async () => {
    const { publicKey } = newMachineKey();
    const made = await add({
      purpose: 'transcoding',
      publicKey: { ...publicKey, kid: 'one', alg: 'ES256', use: 'sig' },
    });
    expect(made.status).toBe(201);
    const { id } = made.json();
    const { organisationId } = alice();
    const entry = { kind: 'machine', id, organisationId, purpose: 'transcoding', by: by() };
    expect(await news()).toEqual([{ seq: head + 1, ...entry, active: true }]);
    const shown = async () =>
      (await ask('functions', admin)).json().items.flatMap(({ machines }: { machines: object[] }) => machines);
    const createdAt = new Date(identity.clock.ms).toISOString();
    expect(await shown()).toEqual([{ id, active: true, createdAt }]);

    expect((await remove(id, stranger)).status).toBe(403);
    expect((await remove(id)).status).toBe(204);
    expect((await remove(id)).status).toBe(204);
    expect(await news()).toEqual([
      { seq: head + 1, ...entry, active: true },
      { seq: head + 2, ...entry, active: false },
    ]);
    expect(await shown()).toEqual([{ id, active: false, createdAt }]);
  });

  it('have a key each; the key of one that ended may be used for another', async () => {
    const { publicKey } = newMachineKey();
    const { id } = (await add({ purpose: 'indexing', publicKey })).json();
    expect((await add({ purpose: 'indexing', publicKey })).status).toBe(409);
    expect((await add({ purpose: 'dlp', publicKey })).status).toBe(409);
    await remove(id);
    expect((await add({ purpose: 'dlp', publicKey })).status).toBe(201);
  });

  it('of another organisation are not found', async () => {
    const { id } = (await add({ purpose: 'indexing', publicKey: newMachineKey().publicKey })).json();
    await identity.makeAdministrator('gina@globex.example');
    expect((await remove(id, stranger)).status).toBe(404);
    expect((await remove('c0ffee00-0000-4000-8000-000000000009')).status).toBe(404);
    expect((await remove('nonsense')).status).toBe(400);
    const items = (await ask('functions', stranger)).json().items as { machines: unknown[] }[];
    expect(items.flatMap(({ machines }) => machines)).toEqual([]);
  });

  it('are made by nobody else and of nothing else', async () => {
    const { publicKey, privateKey } = newMachineKey();
    const good = { purpose: 'transcoding', publicKey };
    expect((await add(good, member)).status).toBe(403);
    expect((await add(good, await reduced(identity.client(), admin, 'spark:people_read'))).status).toBe(403);
    const secret = privateKey.export({ format: 'jwk' });
    for (const wrong of [
      {},
      { ...good, purpose: 'mining' },
      { ...good, organisationId: alice().organisationId },
      { ...good, publicKey: secret },
      { ...good, publicKey: { ...publicKey, x: publicKey.y } },
      { ...good, publicKey: 'key' },
    ]) {
      const answer = await add(wrong);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain(String(secret.d));
    }
    expect(identity.logged.join('')).not.toContain(String(secret.d));
    expect(await news()).toEqual([]);
  });

  it(
    'refuse any other body with our error and no change',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), fc.constantFrom('machines', 'cases'), async (json, where) => {
          const answer = await ask(where, admin, { method: 'POST', body: JSON.stringify(json), headers: {} });
          expect([400, 415]).toContain(answer.status);
        }),
        { numRuns },
      );
      expect(await news()).toEqual([]);
    },
    longEnough,
  );
});
