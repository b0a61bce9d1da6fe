import { type KeyUri, newId, type Purpose, purposes, type RoomId } from '@cloister/wire';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CoreContext } from './context.ts';
import { machineRoutes } from './http/machine-routes.ts';
import { addRoutes } from './http/routes.ts';
import { sealed } from './testing/sealed.ts';
import type { TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';
import { share, shareObject, TestMachine, uploaded } from './testing/test-machine.ts';

let core: TestCore;
let alice: TestClient;
let roomId: RoomId;
let key: KeyUri;
const bytes = Buffer.from('ciphertext');
let fileUrl: string;
let shareId: string;

const machine = async (purpose: Purpose, organisationId = core.acme.organisationId): Promise<TestMachine> => {
  const made = new TestMachine(core.socket, core.identity.machine(organisationId, purpose));
  await core.identity.settled();
  return made;
};
const switchTo = (enabled: boolean, purpose: Purpose, organisationId = core.acme.organisationId) =>
  core.identity.switch(organisationId, purpose, enabled);
const codeOf = ({ body, status }: { body: Record<string, unknown>; status: number }) => [status, body.code];

beforeAll(async () => {
  core = await TestCore.start();
  alice = await core.client();
  key = core.acme.newKey();
  roomId = (await alice.create(key, [])).body.id;
  fileUrl = (await uploaded(alice, roomId, bytes)).url;
  shareId = (await share(alice, roomId, key, { object: shareObject(fileUrl) })).body.id;
  for (const purpose of purposes) await switchTo(true, purpose);
  for (const purpose of purposes) await switchTo(true, purpose, core.globex.organisationId);
});
afterAll(() => core.end());

const base = '/conversation/api/v1/conversations';

/** Every route the core has, as fastify registers them. */
const registeredRoutes = async (): Promise<{ method: string; url: string }[]> => {
  const app = fastify();
  const routes: { method: string; url: string }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push({ method: each, url });
  });
  addRoutes(app, {} as CoreContext);
  await app.ready();
  return routes;
};

/** Routes that take no token: what they answer, they answer to everybody, and it is nobody's. */
const withoutToken = new Set([
  '/u2c/api/v1/limited/catalog',
  '/v1/ping',
  '/feature/api/v1/*',
  '/metrics/api/v1/*',
  // A capability is the credential: of one upload of one's own, or of one download that a person asked for.
  '/files/v1/uploads/:capability',
  '/files/v1/downloads/:capability',
]);

/** An address of the route that names things which are there. */
const addressOf = (url: string): string => {
  const id = url.startsWith('/wdm') ? newId() : url.startsWith('/files/v1/files') ? fileUrl.split('/').at(-1) : roomId;
  return url
    .replace(':id', String(id))
    .replace(':activity', shareId)
    .replace(':user', alice.person.id)
    .replace(':capability', 'none');
};

describe('what a machine may ask (R341)', () => {
  it('is on one list: every other route refuses it, also those that come later', async () => {
    const routes = (await registeredRoutes()).filter(({ url }) => !withoutToken.has(url));
    expect(routes.length).toBeGreaterThan(25);
    for (const purpose of purposes) {
      const asking = await machine(purpose);
      for (const { method, url } of routes) {
        const allowed = machineRoutes.get(`${method} ${url}`)?.includes(purpose) === true;
        if (allowed) continue;
        const body = ['POST', 'PUT'].includes(method) ? {} : undefined;
        const answer = await asking.ask(addressOf(url), { method, body });
        const said = method === 'HEAD' ? [answer.status] : codeOf(answer);
        const refused = method === 'HEAD' ? [403] : [403, 'core/not-for-machines'];
        expect([purpose, method, url, ...said]).toEqual([purpose, method, url, ...refused]);
      }
    }
  });

  it('names only routes that exist', async () => {
    const routes = new Set((await registeredRoutes()).map(({ method, url }) => `${method} ${url}`));
    expect([...machineRoutes.keys()].filter((route) => !routes.has(route))).toEqual([]);
  });

  it('changes nothing by what is refused', async () => {
    const asking = await machine('transcoding');
    const before = await alice.room(roomId);
    expect(codeOf(await asking.post(roomId, key))).toEqual([403, 'core/not-for-machines']);
    expect(codeOf(await asking.add(roomId, asking.person.id))).toEqual([403, 'core/not-for-machines']);
    expect(codeOf(await asking.create(core.acme.newKey(), []))).toEqual([403, 'core/not-for-machines']);
    expect((await alice.room(roomId)).body).toEqual(before.body);
  });
});

describe('a machine whose function is on', () => {
  it.each(purposes.map((purpose) => [purpose]))(
    'reads rooms of its organisation for %s and is in none',
    async (purpose) => {
      const reader = await machine(purpose);
      const room = await reader.room(roomId);
      expect(room.status).toBe(200);
      expect(room.body).toMatchObject({
        id: roomId,
        kmsResourceObjectUrl: expect.any(String),
        participants: { items: [] },
      });
      expect((await reader.history(roomId)).at(-1)?.id).toBe(shareId);
      expect((await reader.ask(`${base}/${roomId}/activities/${shareId}`)).body).toMatchObject({ verb: 'share' });
      expect((await reader.ask(fileUrl)).bytes.equals(bytes)).toBe(true);
      const people = (await alice.room(roomId)).body.participants?.items.map(({ id }) => id);
      expect(people).toEqual([alice.person.id]);
    },
  );

  it('of another organisation finds no room, no entry, no file and no work', async () => {
    const other = await machine('transcoding', core.globex.organisationId);
    for (const path of [
      `${base}/${roomId}`,
      `${base}/${roomId}/activities`,
      `${base}/${roomId}/activities/${shareId}`,
    ]) {
      expect((await other.ask(path)).status).toBe(404);
    }
    expect((await other.ask(fileUrl)).status).toBe(404);
    expect((await other.ask(`${base}/${roomId}/space`, { method: 'PUT' })).status).toBe(404);
    const session = { method: 'POST', body: { fileSize: 1 } };
    expect((await other.ask(`/files/v1/spaces/${roomId}/upload_sessions`, session)).status).toBe(404);
    await share(alice, roomId, key);
    expect(await other.takeWork()).toEqual([]);
  });

  it('leaves strangers what they were', async () => {
    const stranger = await core.client();
    expect((await stranger.room(roomId)).status).toBe(404);
    expect((await stranger.ask(fileUrl)).status).toBe(404);
    expect((await stranger.ask('/functions/v1/work')).status).toBe(404);
    expect(
      (await stranger.ask(`/functions/v1/work/${newId()}`, { method: 'PUT', body: { state: 'nothing' } })).status,
    ).toBe(404);
  });

  it('hears the key server’s replies on its socket and nothing of rooms', async () => {
    const reader = await machine('indexing');
    await reader.register();
    const events = await reader.connect();
    const own = await alice.connect();
    expect((await alice.post(roomId, key)).status).toBe(200);
    await own.until(() => own.activities.length === 1);
    const kmsMessages = [sealed()];
    const body = { destination: `kms://${core.acme.kmsHost}`, kmsMessages };
    expect((await reader.ask('/encryption/api/v1/kms/messages', { method: 'POST', body })).status).toBe(202);
    await events.until(() => events.heard.length > 1);
    expect(events.heard.slice(1).map(({ data }) => data)).toMatchObject([
      { eventType: 'encryption.kms_message', encryption: { kmsMessages } },
    ]);
    const [frame] = core.acme.received.filter((each) => each.type === 'messages');
    expect(frame).toMatchObject({ userId: reader.person.id, organisationId: core.acme.organisationId });
    events.ws.terminate();
    own.ws.terminate();
  });

  it('finds the key server by its own id', async () => {
    const reader = await machine('dlp');
    expect((await reader.ask(`/encryption/api/v1/kms/${reader.person.id}`)).body).toMatchObject({
      kmsCluster: `kms://${core.acme.kmsHost}`,
    });
    expect((await reader.ask(`/encryption/api/v1/kms/${alice.person.id}`)).status).toBe(404);
  });
});

describe('a machine whose function is switched off', () => {
  it('is refused everything at once, with a token in hand, and its socket is closed (R342)', async () => {
    const reader = await machine('retention');
    await reader.register();
    const events = await reader.connect();
    expect((await reader.room(roomId)).status).toBe(200);
    await switchTo(false, 'retention');
    await events.until(() => events.closedWith !== undefined);
    expect(events.closedWith).toBe(4401);
    for (const [route, allowed] of machineRoutes) {
      if (!allowed.includes('retention')) continue;
      const [method = '', url = ''] = route.split(' ');
      const body = ['POST', 'PUT'].includes(method) ? {} : undefined;
      expect([route, ...codeOf(await reader.ask(addressOf(url), { method, body }))]).toEqual([
        route,
        403,
        'core/function-off',
      ]);
    }
    const again = await reader.connect();
    expect(again.closedWith).toBe(4401);
    await switchTo(true, 'retention');
    expect((await reader.room(roomId)).status).toBe(200);
  });

  it('does not end other functions', async () => {
    const reader = await machine('indexing');
    await reader.register();
    const events = await reader.connect();
    await switchTo(false, 'dlp');
    await switchTo(false, 'indexing', core.globex.organisationId);
    expect((await reader.room(roomId)).status).toBe(200);
    expect(events.closedWith).toBeUndefined();
    events.ws.terminate();
    await switchTo(true, 'dlp');
  });

  it('is refused when it never was on: off is the default (R400)', async () => {
    const fresh = await TestCore.start();
    try {
      const reader = new TestMachine(fresh.socket, fresh.identity.machine(fresh.acme.organisationId, 'transcoding'));
      await fresh.identity.settled();
      expect(codeOf(await reader.ask('/functions/v1/work'))).toEqual([403, 'core/function-off']);
    } finally {
      await fresh.end();
    }
  });

  it('and one whose account was ended are known apart', async () => {
    const reader = await machine('indexing');
    await reader.register();
    const events = await reader.connect();
    core.identity.deactivateMachine(reader.person, 'indexing');
    await events.until(() => events.closedWith !== undefined);
    expect(events.closedWith).toBe(4401);
    expect((await reader.room(roomId)).status).toBe(401);
  });
});
