import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Constellation, constellation } from '@cloister/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClosedNetwork, hasNetworks } from './network/closed-network.ts';
import { ClosedRealm } from './network/closed-realm.ts';
import { makeRoom, type SdkPerson, say, sdkPerson, seen } from './sdk/sdk-person.ts';

/** Resolves when a connection from the host came to this port of the network. */
const reached = async (network: ClosedNetwork, port: number): Promise<void> => {
  const socket = connect(port, network.inside);
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
};

describe.skipIf(!hasNetworks)('a security realm behind a firewall that lets nothing in (R368)', () => {
  let realm: ClosedRealm;
  let all: Constellation;
  let grace: SdkPerson;
  let hugo: SdkPerson;

  beforeAll(async () => {
    realm = await ClosedRealm.open('globex');
    all = await constellation(realm);
    [grace, hugo] = await Promise.all([sdkPerson(all, 'grace'), sdkPerson(all, 'hugo')]);
  });
  afterAll(async () => {
    await Promise.all([grace, hugo].map((person) => person?.close()));
    await all?.stop();
    await realm?.close();
  });

  it('serves its people over one connection to the core, and asks identity over one; nothing else goes out', async () => {
    // A server that was not up yet may have been called more than once; from here on nobody is called anew.
    const { opened } = realm.network.counts();
    const roomId = await makeRoom(grace, 'behind the wall', [hugo]);
    await say(grace, roomId, 'can you hear me?');
    await seen(hugo, roomId, 'can you hear me?');
    await say(hugo, roomId, 'every word');
    await seen(grace, roomId, 'every word');
    expect(realm.network.counts()).toMatchObject({ opened, astray: 0 });
  });

  it('listens nowhere, and nothing that comes uninvited arrives', async () => {
    const { network } = realm;
    expect(network.listeners()).toEqual([]);
    // Even if something listened: the firewall keeps it from hearing anything.
    const [command = '', ...args] = [
      ...network.startedBy,
      process.execPath,
      '-e',
      `require('net').createServer().listen(0, '0.0.0.0', function () { console.log(this.address().port) })`,
    ];
    const listener = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = await once(listener.stdout, 'data');
      const port = Number(String(line));
      expect(network.listeners()).toHaveLength(1);
      const before = network.counts().uninvited;
      const arrived = reached(network, port).then(() => 'arrived');
      const kept = (async () => {
        while (network.counts().uninvited === before) await pause(20);
        return 'kept out';
      })();
      expect(await Promise.race([arrived, kept])).toBe('kept out');
      // Without the firewall the same connection comes through, so it was the firewall.
      network.unlock();
      expect(await arrived).toBe('arrived');
    } finally {
      listener.kill('SIGKILL');
      await once(listener, 'exit');
    }
  });
});

it.skipIf(!hasNetworks)('a network of the tests ends with the process that made it, however that ends', async () => {
  const program = `
    import { ClosedNetwork } from ${JSON.stringify(new URL('./network/closed-network.ts', import.meta.url).href)};
    const network = await ClosedNetwork.open();
    console.log(network.device);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const device = `/sys/class/net/${String(line).trim()}`;
  expect(existsSync(device)).toBe(true);
  child.kill('SIGKILL');
  while (existsSync(device)) await pause(20);
});
