import { type Constellation, constellation } from '@cloister/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasNetworks } from './network/closed-network.ts';
import { ClosedRealm } from './network/closed-realm.ts';
import { after, double, lose, pass } from './network/message-relay/fate.ts';
import type { Message } from './network/message-relay/message.ts';
import { makeRoom, type SdkPerson, say, sdkPerson, seen } from './sdk/sdk-person.ts';

describe.skipIf(!hasNetworks)('a relay of the tests between a key server and the core', () => {
  let realm: ClosedRealm;
  let all: Constellation;
  let grace: SdkPerson;
  let hugo: SdkPerson;

  beforeAll(async () => {
    realm = await ClosedRealm.open('globex', { relayed: true });
    all = await constellation(realm);
    [grace, hugo] = await Promise.all([sdkPerson(all, 'grace'), sdkPerson(all, 'hugo')]);
  });
  afterAll(async () => {
    await Promise.all([grace, hugo].map((person) => person?.close()));
    await all?.stop();
    await realm?.close();
  });

  const passed = async (struck: (message: Message) => boolean, fate: typeof lose, title: string) => {
    const { relay } = realm;
    const found = Promise.withResolvers<Message>();
    relay.handling = (message) => {
      if (!struck(message)) return pass;
      relay.handling = () => pass;
      found.resolve(message);
      return fate;
    };
    const roomId = await makeRoom(grace, title, [hugo]);
    await say(grace, roomId, title);
    await seen(hugo, roomId, title);
    return found.promise;
  };

  it('loses a message, and what it was about is asked for again', async () => {
    expect(await passed(({ type }) => type === 'messages', lose, 'lost')).toMatchObject({ from: 'core' });
  });

  it('passes a message twice, and it is taken once', async () => {
    const found = await passed(({ type }) => type === 'operation', double, 'doubled');
    expect(found).toMatchObject({ from: 'core', kind: 'create' });
    expect(found.roomId).toBeDefined();
  });

  it('holds a message back while others pass, until it is told', async () => {
    const others: Message[] = [];
    const moment = Promise.withResolvers<void>();
    const { relay } = realm;
    const asked = passed(
      ({ type }) => type === 'operation-result',
      after(() => moment.promise),
      'held',
    );
    const held = Promise.withResolvers<void>();
    const first = relay.handling;
    relay.handling = (message) => {
      if (message.type === 'operation-result') held.resolve();
      return first(message);
    };
    await held.promise;
    // Somebody else's messages are not kept waiting.
    const before = relay.handling;
    relay.handling = (message) => {
      others.push(message);
      return before(message);
    };
    await hugo.client.rooms.create({ title: 'meanwhile', people: [grace.id] });
    expect(others.map(({ type }) => type)).toContain('operation-result');
    moment.resolve();
    await asked;
  });

  it('cuts, and the key server comes again when it heals', async () => {
    realm.relay.reset();
    const roomId = await makeRoom(grace, 'again', [hugo]);
    await say(grace, roomId, 'again');
    await seen(hugo, roomId, 'again');
  });
});
