import { newId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealed } from './testing/sealed.ts';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
beforeAll(async () => {
  core = await TestCore.start();
});
afterAll(() => core.end());

const messagesOf = (event: { data: Record<string, unknown> } | undefined) =>
  (event?.data.encryption as { kmsMessages: string[] } | undefined)?.kmsMessages;

describe('the relay to the key server (kms.md §1.1)', () => {
  it('passes sealed bytes on untouched, to the own realm, and replies to the asking device alone (R283)', async () => {
    const alice = await core.client();
    const phone = await core.client(alice.person);
    const [asking, other] = [await alice.connect(), await phone.connect()];
    const kmsMessages = [sealed(), sealed(), sealed()];
    for (const destination of [`kms://${core.acme.kmsHost}`, core.acme.kmsHost]) {
      const { status } = await alice.ask('/encryption/api/v1/kms/messages', {
        method: 'POST',
        body: { destination, kmsMessages },
      });
      expect(status).toBe(202);
    }
    await asking.until(() => asking.heard.length === 3);
    expect(asking.heard.slice(1).map(messagesOf)).toEqual([kmsMessages, kmsMessages]);
    const frames = core.acme.received.filter((frame) => frame.type === 'messages');
    expect(frames.map(({ userId, deviceId, messages }) => [userId, deviceId, messages])).toEqual([
      [alice.person.id, alice.deviceId, kmsMessages],
      [alice.person.id, alice.deviceId, kmsMessages],
    ]);
    expect(other.heard).toHaveLength(1);
  });

  it("replies to all of the person's sockets when no device is named, in the order asked", async () => {
    const alice = await core.client();
    const phone = await core.client(alice.person);
    const [one, two] = [await alice.connect(), await phone.connect()];
    alice.deviceUrl = '';
    const sent = Array.from({ length: 20 }, () => sealed());
    for (const message of sent) {
      await alice.ask('/encryption/api/v1/kms/messages', {
        method: 'POST',
        body: { destination: core.acme.kmsHost, kmsMessages: [message] },
      });
    }
    for (const events of [one, two]) {
      await events.until(() => events.heard.length === 21);
      expect(events.heard.slice(1).flatMap(messagesOf)).toEqual(sent);
    }
  });

  it('answers 202 also when the realm is not there, and discovery answers from what was stored (kms.md §1.4)', async () => {
    const alice = await core.client();
    await core.kill();
    await core.start();
    core.acme.disconnect();
    const discovered = await alice.ask(`/encryption/api/v1/kms/${alice.person.id}`);
    expect([discovered.status, discovered.body]).toEqual([
      200,
      { kmsCluster: `kms://${core.acme.kmsHost}`, rsaPublicKey: '{"kty":"RSA"}' },
    ]);
    const body = { destination: core.acme.kmsHost, kmsMessages: [sealed()] };
    expect((await alice.ask('/encryption/api/v1/kms/messages', { method: 'POST', body })).status).toBe(202);
    expect((await alice.ask(`/encryption/api/v1/kms/${newId()}`)).status).toBe(404);
    await core.acme.connect(core.socket);
  });

  it('refuses what is no sealed message', async () => {
    const alice = await core.client();
    for (const body of [
      { destination: 'kms://x y', kmsMessages: [sealed()] },
      { destination: core.acme.kmsHost, kmsMessages: ['hello'] },
      {},
    ]) {
      expect((await alice.ask('/encryption/api/v1/kms/messages', { method: 'POST', body })).status).toBe(400);
    }
  });

  it('takes a realm only by its own key, and each token once', async () => {
    const { WebSocket } = await import('ws');
    const refused = (authorization?: string) =>
      new Promise((resolve) => {
        const ws = new WebSocket(`ws+unix:${core.socket}:/realm/v1/connect`, {
          headers: authorization === undefined ? {} : { authorization },
        });
        ws.on('error', () => undefined);
        ws.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        ws.on('open', () => resolve('open'));
      });
    expect(await refused()).toBe(401);
    expect(await refused('Bearer a.b.c')).toBe(401);
    const alice = await core.client();
    expect(await refused(`Bearer ${alice.person.token}`)).toBe(401);
  });
});

describe('catalogue and devices (kms.md §3.3, §3.4)', () => {
  it('answers with links at the origin it was asked at, and refuses others', async () => {
    const alice = await core.client();
    const open = await alice.ask<{ serviceLinks: Record<string, string> }>(
      '/u2c/api/v1/limited/catalog?format=hostmap',
      { bearer: null },
    );
    expect(open.body).toMatchObject({ hostCatalog: {}, format: 'hostmap' });
    expect(Object.keys(open.body.serviceLinks).sort()).toEqual(
      [
        'conversation',
        'encryption',
        'feature',
        'files',
        'hydra',
        'idbroker',
        'identity',
        'mercuryConnection',
        'metrics',
        'u2c',
        'wdm',
      ].sort(),
    );
    expect(Object.values(open.body.serviceLinks).every((link) => link.startsWith('http://localhost:8443/'))).toBe(true);
    expect((await alice.ask('/u2c/api/v1/catalog')).body.orgId).toBe(alice.person.organisationId);
    expect((await alice.ask('/u2c/api/v1/catalog', { bearer: null })).status).toBe(401);
    expect(
      (await alice.ask('/u2c/api/v1/limited/catalog', { headers: { 'x-forwarded-host': 'evil.test' } })).status,
    ).toBe(400);
  });

  it('registers, refreshes, lists and deletes devices; an unknown one gets 404 so that it registers again', async () => {
    const alice = await core.client();
    const bob = await core.client();
    const path = `/wdm/api/v1/devices/${alice.deviceId}`;
    const { body } = await alice.ask('/wdm/api/v1/devices');
    expect(body.devices).toMatchObject([{ url: alice.deviceUrl, userId: alice.person.id, deviceType: 'WEB' }]);
    const refreshed = await alice.ask(path, {
      method: 'PUT',
      body: { deviceType: 'WEB', name: 'Alice’s laptop', model: 'new' },
    });
    expect(refreshed.body.name).toBeUndefined();
    expect(refreshed.body).toMatchObject({
      model: 'new',
      webSocketUrl: `ws://localhost:8443/mercury/v1/devices/${alice.deviceId}/messages`,
    });
    expect((await bob.ask(path, { method: 'PUT', body: { deviceType: 'WEB' } })).status).toBe(404);
    expect((await bob.ask(path, { method: 'DELETE' })).status).toBe(404);
    const events = await alice.connect();
    expect((await alice.ask(path, { method: 'DELETE' })).status).toBe(204);
    await events.until(() => events.closedWith !== undefined);
    expect(events.closedWith).toBe(4403);
    expect((await alice.ask(path, { method: 'PUT', body: { deviceType: 'WEB' } })).status).toBe(404);
  });

  it('accepts and forgets what published clients say of themselves', async () => {
    const alice = await core.client();
    expect((await alice.ask('/metrics/api/v1/clientmetrics', { method: 'POST', body: { metrics: [] } })).status).toBe(
      202,
    );
    expect(
      (await alice.ask(`/feature/api/v1/features/users/${alice.person.id}/toggles`, { method: 'POST', body: [] }))
        .status,
    ).toBe(200);
    expect((await alice.ask('/v1/ping')).status).toBe(200);
    expect((await alice.ask('/v1/rooms')).status).toBe(404);
  });

  it('lets the web apps call from their origins, and nobody else', async () => {
    const alice = await core.client();
    const preflight = (page: string) =>
      alice.ask('/wdm/api/v1/devices', {
        method: 'OPTIONS',
        bearer: null,
        headers: { origin: page, 'access-control-request-method': 'POST' },
      });
    expect((await preflight('http://acme.localhost:8443')).headers['access-control-allow-origin']).toBe(
      'http://acme.localhost:8443',
    );
    expect((await preflight('http://evil.test')).headers['access-control-allow-origin']).toBeUndefined();
  });
});
