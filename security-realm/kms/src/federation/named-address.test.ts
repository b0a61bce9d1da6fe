import dns from 'node:dns';
import net from 'node:net';
import { newId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { databaseState } from '../testing/database-state.ts';
import type { TestRealm } from '../testing/test-realm.ts';
import { HostileGround } from './testing/hostile-ground.ts';
import type { TestRealms } from './testing/test-realms.ts';

let ground: HostileGround;
let realms: TestRealms;
let globex: TestRealm;
beforeAll(async () => {
  ground = await HostileGround.open();
  ({ realms, globex } = ground);
}, 120_000);
afterEach(() => {
  ground.realms.hostile = null;
});
afterAll(() => ground.realms.close());

describe('an address that an attacker names (R365, threats row 15)', () => {
  const id = newId();
  const addresses = [
    `kms://user@kms.acme.example/keys/${id}`,
    `kms://user:secret@kms.acme.example/keys/${id}`,
    `kms://kms.acme.example:443/keys/${id}`,
    `kms://kms.acme.example:/keys/${id}`,
    `kms://127.0.0.1/keys/${id}`,
    `kms://[::1]/keys/${id}`,
    `kms://2130706433/keys/${id}`,
    `kms://0x7f000001/keys/${id}`,
    `kms://169.254.169.254/keys/${id}`,
    `kms://localhost/keys/${id}`,
    `kms://kms.acme.example.evil.example/keys/${id}`,
    `kms://kms.acme.example@evil.example/keys/${id}`,
    `kms://kms.acme.example%2eevil.example/keys/${id}`,
    `kms://kms.acme.example#@evil.example/keys/${id}`,
    `kms://kms.acme.example?x=/keys/${id}`,
    `kms://kms.acme.example\\@evil.example/keys/${id}`,
    `kms://KMS.ACME.EXAMPLE/keys/${id}`,
    `kms://kms.acme.example./keys/${id}`,
    `kms://kms.аcme.example/keys/${id}`,
    `kms://kms.acme.example/keys/../keys/${id}`,
    `kms://kms.acme.example//evil.example/keys/${id}`,
    `kms://kms.nowhere.example/keys/${id}`,
    `https://kms.acme.example/keys/${id}`,
    `//kms.acme.example/keys/${id}`,
  ];

  /** Everything that this process dials or looks up while work goes on; unix sockets to database and hsm are no network. */
  const dialled = async (work: () => unknown): Promise<string[]> => {
    const connect = vi.spyOn(net.Socket.prototype, 'connect');
    const lookup = vi.spyOn(dns, 'lookup');
    try {
      await work();
      const places = connect.mock.calls.map(([to]) => JSON.stringify(to)).filter((to) => !to.includes('"path"'));
      return [...places, ...lookup.mock.calls.map(([name]) => name)];
    } finally {
      connect.mockRestore();
      lookup.mockRestore();
    }
  };

  it('would be seen if it were dialled', async () => {
    const places = await dialled(async () => {
      const socket = net.connect({ host: 'localhost', port: 9 });
      socket.on('error', () => {});
      await new Promise((resolve) => socket.once('close', resolve));
    });
    expect(places.some((place) => place.includes('"port":9'))).toBe(true);
    expect(places).toContain('localhost');
  });

  it.each(addresses)('%s is refused, and nobody is dialled or looked up', async (uri) => {
    const ken = await globex.client();
    const before = await databaseState(globex.database);
    realms.asked.length = 0;
    const resource = uri.replace('/keys/', '/resources/');
    const places = await dialled(async () => {
      for (const ask of [
        { method: 'retrieve', uri },
        { method: 'retrieve', uri: `${resource}/authorizations` },
        { method: 'retrieve', uri: resource },
        { method: 'update', uri, resourceUri: resource },
        { method: 'create', uri: '/authorizations', resourceUri: resource, userIds: [ken.person.id] },
      ]) {
        const response = await ken.try(ask);
        expect(response?.status ?? 400).toBeGreaterThanOrEqual(400);
      }
    });
    expect(places).toEqual([]);
    expect(realms.asked).toEqual([]);
    expect(await databaseState(globex.database)).toEqual(before);
  });
});
