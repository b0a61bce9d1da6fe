// npm node-kms 0.4.1, unmodified, speaks to the key server through the core's relay: handshake, keys, resources, authorizations.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { endpoints, fullToken, person, reduced } from './deployment.mjs';

const KMS = createRequire(import.meta.url)('node-kms');

describe('node-kms 0.4.1', () => {
  let alice;
  let ben;

  before(async () => {
    [alice, ben] = await Promise.all([connected(person('alice')), connected(person('ben'))]);
  });

  after(() => {
    alice?.close();
    ben?.close();
  });

  it('shakes hands: RSA-OAEP, P-256, PS256, HKDF (R300, R302, R306)', async () => {
    await alice.handshake();
    await ben.handshake();
    assert.match(alice.context.ephemeralKey.uri, /^kms:\/\/kms\.acme\.example\/ecdhe\//);
  });

  it('gets keys, makes a resource, and another person authorized there fetches the key (R281, R288, R310)', async () => {
    const { keys } = await alice.ask({ method: 'create', uri: '/keys', count: 2 });
    assert.equal(keys.length, 2);
    const { resource } = await alice.ask({
      method: 'create',
      uri: '/resources',
      userIds: [ben.person.id],
      keyUris: [keys[0].uri],
    });
    const fetched = await ben.ask({ method: 'retrieve', uri: keys[0].uri });
    assert.equal(fetched.key.jwk.k, keys[0].jwk.k);
    const listed = await ben.ask({ method: 'retrieve', uri: `${resource.uri}/authorizations` });
    assert.equal(listed.authorizations.length, 2);
    const unbound = await ben.ask({ method: 'retrieve', uri: keys[1].uri });
    assert.equal(unbound.status, 403);
    const bound = await alice.ask({ method: 'update', uri: keys[1].uri, resourceUri: resource.uri });
    assert.equal(bound.key.resourceUri, resource.uri);
  });

  it('is refused with a core token at the key server (R284, R303)', async () => {
    const stranger = await connected(person('chloe'), 'core');
    const answer = await stranger.handshake();
    assert.equal(answer.status, 401);
    stranger.close();
  });

  it('is answered 499, signed, under a channel the key server does not know (R305, R306)', async () => {
    const lost = await connected(person('chloe'));
    await lost.handshake();
    const { jwk, ...rest } = lost.context.ephemeralKey.toJSON(true);
    const uri = `kms://kms.acme.example/ecdhe/${randomUUID()}`;
    lost.context.ephemeralKey = { ...rest, uri, jwk: { ...jwk, kid: uri } };
    const answer = await lost.ask({ method: 'update', uri: '/ping' });
    assert.equal(answer.status, 499);
    lost.close();
  });
});

/** A device with its event socket, and a node-kms context for it. */
async function connected(someone, tokenFor = 'kms') {
  const full = fullToken(someone.email);
  const coreToken = await reduced(full, 'spark:all spark:people_read');
  const kmsToken = tokenFor === 'kms' ? await reduced(full, 'spark:kms') : coreToken;
  const headers = { authorization: `Bearer ${coreToken}`, 'content-type': 'application/json' };
  const device = await (
    await fetch(`${endpoints.core}/wdm/api/v1/devices`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        name: 'node-kms',
        deviceType: 'WEB',
        model: 'node',
        localizedModel: 'node',
        systemName: 'node',
        systemVersion: '1',
      }),
    })
  ).json();
  const discovery = await (await fetch(`${endpoints.core}/encryption/api/v1/kms/${someone.id}`, { headers })).json();
  const replies = await openSocket(device.webSocketUrl, coreToken);
  const context = new KMS.Context();
  context.clientInfo = { clientId: device.url, credential: { userId: someone.id, bearer: kmsToken } };
  context.serverInfo = { key: JSON.parse(discovery.rsaPublicKey) };

  const send = async (message) => {
    const reply = replies.next();
    const answer = await fetch(`${endpoints.core}/encryption/api/v1/kms/messages`, {
      method: 'POST',
      headers: { ...headers, 'cisco-device-url': device.url },
      body: JSON.stringify({ destination: discovery.kmsCluster, kmsMessages: [message] }),
    });
    assert.equal(answer.status, 202);
    return reply;
  };

  return {
    person: someone,
    context,
    async handshake() {
      const local = await context.createECDHKey();
      context.ephemeralKey = local;
      const request = new KMS.Request({ method: 'create', uri: `${discovery.kmsCluster}/ecdhe`, jwk: local.jwk });
      const wrapped = await request.wrap(context, { serverKey: true });
      const response = new KMS.Response(await send(wrapped));
      const body = await response.unwrap(context);
      if (body.status >= 400) return body;
      context.ephemeralKey = await context.deriveEphemeralKey(body.key);
      return body;
    },
    async ask(body) {
      const request = new KMS.Request(body);
      const response = new KMS.Response(await send(await request.wrap(context)));
      return response.unwrap(context);
    },
    close: () => replies.close(),
  };
}

async function openSocket(url, token) {
  const socket = new WebSocket(
    `${url}?outboundWireFormat=text&bufferStates=true&aliasHttpStatus=true&clientTimestamp=${Date.now()}`,
  );
  const waiting = [];
  await new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('the event socket did not open'));
    socket.onopen = () =>
      socket.send(JSON.stringify({ id: randomUUID(), type: 'authorization', data: { token: `Bearer ${token}` } }));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.id !== undefined && frame.type === undefined)
        socket.send(JSON.stringify({ messageId: frame.id, type: 'ack' }));
      if (frame.data?.eventType === 'mercury.buffer_state') resolve();
      for (const message of frame.data?.encryption?.kmsMessages ?? []) waiting.shift()?.(message);
    };
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no reply from the key server')), 20_000);
        waiting.push((message) => {
          clearTimeout(timer);
          resolve(message);
        });
      }),
    close: () => socket.close(),
  };
}
