import { setTimeout as pause } from 'node:timers/promises';
import { type Constellation, constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passes } from './crash/chance.ts';
import { colludingPlatform } from './crash/colluding-platform.ts';
import { hasNetworks } from './network/closed-network.ts';
import { ClosedRealm } from './network/closed-realm.ts';
import { lose, pass } from './network/message-relay/fate.ts';
import { isOfStream } from './network/message-relay/message.ts';
import { makeRoom, type SdkPerson, say, sdkPerson, seen, until, withSession } from './sdk/sdk-person.ts';

/** As home signs it into each list (docs/wires.md §13). */
const lease = 300_000;
/** Between two looks, and for a look. */
const patience = 5_000;

// It waits for a lease in real time: for test:deep alone. What a clock of the tests shows is in the key server's own tests.
describe.skipIf(!hasNetworks || passes < 2)('a key server that hears nothing from home', () => {
  let all: Constellation;
  let globex: ClosedRealm;
  let alice: SdkPerson;
  let ken: SdkPerson;

  beforeAll(async () => {
    globex = await ClosedRealm.open('globex', { relayed: true });
    all = await constellation({ startedBy: globex.startedBy, configure: globex.configure });
    [alice, ken] = await Promise.all([sdkPerson(all, 'alice'), sdkPerson(all, 'ken')]);
  });
  afterAll(async () => {
    await Promise.all([alice?.close(), ken?.close()]);
    await all?.stop();
    await globex?.close();
  });

  /** What a new device of Ken's makes of the newest message, with a core on its side that shows it everything. */
  const shownToKen = async (id: RoomId): Promise<string> => {
    const helped = await withSession(ken.session, undefined, colludingPlatform(alice.session));
    await helped.client.rooms.open(id);
    const newest = () => {
      const entry = helped.client.timeline(id).entries.findLast(({ kind }) => kind === 'message');
      if (entry?.kind !== 'message' || entry.content.state === 'opening') return undefined;
      return entry.content.state === 'open' ? 'open' : entry.content.reason;
    };
    const shown = await Promise.race([until(helped.client, newest, id), pause(patience, 'nothing')]);
    await helped.close();
    return shown;
  };

  it('gives somebody who was removed the keys of before for the lease at most, and none when it hears again (R333, R366)', {
    timeout: 2 * lease,
  }, async () => {
    const id = await makeRoom(alice, 'Silence', [ken]);
    await say(alice, id, 'before');
    await seen(ken, id, 'before');
    expect(await shownToKen(id)).toBe('open');
    // The core goes on carrying what clients and key servers say, but nothing between key servers.
    globex.relay.handling = (message) => (isOfStream(message) ? lose : pass);
    const cut = performance.now();
    await alice.client.rooms.remove(id, ken.id);
    let lastAsked = 0;
    for (let asked = performance.now(); (await shownToKen(id)) === 'open'; asked = performance.now()) {
      lastAsked = asked - cut;
      await pause(patience);
    }
    process.stderr.write(`\nkeys of before: last given when asked ${Math.round(lastAsked / 1000)} s after the cut\n`);
    expect(lastAsked).toBeLessThan(lease);
    globex.relay.heal();
    globex.relay.reset();
    while ((await shownToKen(id)) !== 'removed') await pause(patience);
    // And never a newer one.
    await say(alice, id, 'after');
    while ((await shownToKen(id)) === 'nothing') await pause(patience);
    expect(await shownToKen(id)).toBe('removed');
  });
});
