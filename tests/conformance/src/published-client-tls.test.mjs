// The published client once more, over https and wss, trusting the evaluation root and nothing else of ours.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { endpoints, person } from './deployment.mjs';
import { publishedClient } from './published-client.mjs';

describe('the published client over https and wss', () => {
  let alice;
  let ben;

  before(async () => {
    [alice, ben] = await Promise.all(
      [person('alice'), person('ben')].map((someone) => publishedClient(someone, endpoints.tls)),
    );
  });

  after(async () => {
    for (const client of [alice, ben]) await client?.close();
    setTimeout(() => process.exit(), 500).unref();
  });

  it('is sent to https and wss addresses only (R290)', () => {
    assert.match(alice.client.internal.device.url, /^https:/);
    assert.match(alice.client.internal.device.webSocketUrl, /^wss:/);
  });

  it('creates a room, posts, and a second account reads', async () => {
    const room = await alice.conversation.create(
      { displayName: 'Over TLS', participants: [ben.person.id, person('aoi').id] },
      { forceGrouped: true },
    );
    const text = `sealed twice ${randomUUID()}`;
    await alice.conversation.post(room, text);
    await ben.received(({ object }) => object?.displayName === text, 'the post');
  });
});
