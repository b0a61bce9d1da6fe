import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes, randomUUID } from 'node:crypto';
import { sql } from '@cloister/database';
import { sealRsaOaep } from '@cloister/seal';
import { newId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from './testing/test-client.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const ping = { method: 'update', uri: '/ping' };
const send = (client: TestClient, message: string) =>
  realm.kms.handleBatch({ ...client.asker, messages: [message] as never });
const header = (message: string): unknown =>
  JSON.parse(Buffer.from(message.split('.')[0] ?? '', 'base64url').toString());
const payload = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());

/** A handshake request sealed by hand, to say what no good client says. */
const handshake = async (client: TestClient, change: object, credential: object = {}) => {
  const request = {
    method: 'create',
    uri: '/ecdhe',
    requestId: randomUUID(),
    client: {
      clientId: client.clientId,
      credential: { userId: client.person.id, bearer: client.token(), ...credential },
    },
    ...change,
  };
  const { jwk, kid } = realm.staticKey;
  return send(client, await sealRsaOaep({ jwk, kid }, JSON.stringify(request)));
};

describe('the handshake', () => {
  it('gives a channel under a fresh key each time (R300)', async () => {
    const alice = realm.device();
    const first = await alice.connect();
    const second = await alice.connect();
    expect(second?.uri).not.toBe(first?.uri);
    expect(await alice.ask(ping)).toMatchObject({ status: 200 });
  });

  it('takes the client half under the certified key and signs its own (R302, R306)', async () => {
    const alice = realm.device();
    const [reply] = await handshake(alice, { jwk: await jwkOnCurve() });
    expect(header(reply?.message ?? '')).toEqual({ alg: 'PS256', kid: `kms://${TestRealm.kmsHost}` });
    const { status, key } = payload(reply?.message ?? '');
    expect(status).toBe(201);
    expect(key).toMatchObject({ userId: alice.person.id, clientId: alice.clientId, jwk: { crv: 'P-256' } });
    expect(Date.parse(key.expirationDate) - Date.parse(key.createDate)).toBeLessThanOrEqual(3600_000);
  });

  it('is refused without a good KMS token (R303, R284)', async () => {
    const alice = realm.device();
    const { identity } = realm;
    const bad: Record<string, string> = {
      'for the core': identity.token(alice.person, { aud: 'core', scope: 'spark:all' }),
      'for identity': identity.token(alice.person, { aud: 'identity' }),
      'with more scopes': identity.token(alice.person, { scope: 'spark:kms spark:all' }),
      'of another issuer': identity.token(alice.person, { iss: 'https://evil.example' }),
      'with a broken signature': `${alice.token().slice(0, -4)}AAAA`,
      'none at all': 'none',
      'signed by nobody': identity.token(alice.person, {}, { alg: 'none' }),
    };
    for (const [name, bearer] of Object.entries(bad)) {
      await expect(alice.connect({ bearer }), name).rejects.toMatchObject({ code: 'kms/unauthenticated' });
    }
  });

  it('is refused when token, claim and core name different people', async () => {
    const alice = realm.device();
    const bob = realm.device();
    await expect(alice.connect({ bearer: bob.token() })).rejects.toMatchObject({ code: 'kms/unauthenticated' });
    const replies = await handshake(alice, { jwk: await jwkOnCurve() }, { userId: bob.person.id });
    expect(payload(replies[0]?.message ?? '').status).toBe(401);
    const other = realm.device(realm.person(realm.strangeOrganisationId));
    await expect(other.connect()).rejects.toMatchObject({ code: 'kms/not-authorized' });
  });

  it('is refused after the session was revoked or the person left', async () => {
    const alice = realm.device();
    realm.identity.revoke(alice.person);
    await expect(alice.connect()).rejects.toMatchObject({ code: 'kms/unauthenticated' });
    const bob = realm.device();
    realm.identity.deactivate(bob.person);
    await expect(bob.connect()).rejects.toMatchObject({ code: 'kms/unauthenticated' });
  });

  it('meets what may pass with silence, never with an error (kms.md §1.4)', async () => {
    const alice = realm.device();
    const { identity } = realm;
    const unknownKey = identity.token(alice.person, {}, { kid: 'tomorrow' });
    expect(await alice.connect({ bearer: unknownKey }), 'a key the feed has not told').toBeNull();
    const stranger = { ...alice.person, id: newId<typeof alice.person.id>() };
    expect(await realm.device(stranger).connect(), 'a person the feed has not told').toBeNull();
    const expired = identity.token(alice.person, { exp: Math.floor(realm.clock.now.getTime() / 1000) - 1 });
    expect(await alice.connect({ bearer: expired }), 'an expired token').toBeNull();
    realm.pass(61_000, { feed: false });
    expect(await alice.connect(), 'a stale feed').toBeNull();
    realm.identity.refresh();
    expect(await alice.connect()).not.toBeNull();
  });

  it('takes no point off the curve, no PKCS#1 v1.5, no zip and no crit (R306, threats row 12)', async () => {
    const alice = realm.device();
    const jwk = { ...(await jwkOnCurve()), y: Buffer.alloc(32, 7).toString('base64url') };
    expect(await handshake(alice, { jwk })).toEqual([]);
    const good = await jwkOnCurve();
    expect(await handshake(alice, { jwk: { ...good, crv: 'P-384' } })).toEqual([]);
    const { kid } = realm.staticKey;
    for (const [members, padding] of [
      [{ alg: 'RSA1_5' }, constants.RSA_PKCS1_PADDING],
      [{ alg: 'RSA-OAEP', zip: 'DEF' }, constants.RSA_PKCS1_OAEP_PADDING],
      [{ alg: 'RSA-OAEP', crit: ['exp'], exp: 1 }, constants.RSA_PKCS1_OAEP_PADDING],
    ] as const) {
      const request = { method: 'create', uri: '/ecdhe', requestId: randomUUID(), jwk: good, client: clientOf(alice) };
      const message = rawJwe({ enc: 'A256GCM', kid, ...members }, padding, JSON.stringify(request));
      expect(await send(alice, message), JSON.stringify(members)).toEqual([]);
    }
  });

  it('is limited in rate for each person', async () => {
    const alice = realm.device();
    const channels = [];
    for (let attempt = 0; attempt < 60; attempt++) channels.push(await alice.connect());
    expect(channels.filter((channel) => channel !== null).length).toBe(50);
    realm.pass(2_000);
    expect(await alice.connect()).not.toBeNull();
    expect(await realm.device().connect()).not.toBeNull();
  });
});

describe('a message in the channel', () => {
  it('needs a good token each time (R303, R322)', async () => {
    const alice = await realm.client();
    const { identity } = realm;
    for (const bearer of [
      identity.token(alice.person, { aud: 'core' }),
      identity.token(alice.person, { exp: Math.floor(realm.clock.now.getTime() / 1000) - 1 }),
      'none',
    ]) {
      expect(await alice.ask(ping, bearer)).toMatchObject({ status: 401 });
    }
    realm.identity.revoke(alice.person);
    expect(await alice.ask(ping)).toMatchObject({ status: 401 });
  });

  it('of another person, client or organisation is refused', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    expect(await alice.ask(ping, bob.token())).toMatchObject({ status: 401 });
    const message = await alice.channel.seal({
      requestId: 'r',
      ...ping,
      client: { ...clientOf(alice), clientId: 'other' },
    });
    expect((await alice.sendAll([message]))[0]).toMatchObject({ status: 401 });
    // The core relays Alice's message as Bob's.
    const [reply] = await realm.kms.handleBatch({ ...bob.asker, messages: [await alice.seal(ping)] as never });
    expect(await alice.channel.open(reply?.message ?? '')).toMatchObject({ status: 401 });
  });

  it('that was changed, or is none, is met with silence', async () => {
    const alice = await realm.client();
    const message = await alice.seal(ping);
    const [head, key, iv, text, tag] = message.split('.');
    const flipped = `${text?.startsWith('A') ? 'B' : 'A'}${text?.slice(1)}`;
    for (const bad of [[head, key, iv, flipped, tag].join('.'), [head, key, iv, text].join('.'), 'nonsense', '....']) {
      expect(await send(alice, bad)).toEqual([]);
    }
  });

  it('that is no request is answered with a sealed error to its requestId', async () => {
    const alice = await realm.client();
    const frame = { client: clientOf(alice) };
    for (const bad of [
      { requestId: 'r1', method: 'create', uri: 'https://elsewhere.example/keys' },
      { requestId: 'r1', method: 'create', uri: '/keys', count: 100_000 },
      { requestId: 'r1', method: 'create', uri: '/ecdhe', jwk: await jwkOnCurve() },
    ]) {
      const [response] = await alice.sendAll([await alice.channel.seal({ ...frame, ...bad })]);
      expect(response).toMatchObject({ status: 400, requestId: 'r1' });
    }
  });

  it('asking for what is not offered is told so', async () => {
    const alice = await realm.client();
    expect(await alice.ask({ method: 'update', uri: '/cmk' })).toMatchObject({ status: 501 });
    const foreign = 'kms://kms.globex.example/keys/00000000-0000-4000-8000-000000000000';
    expect(await alice.ask({ method: 'retrieve', uri: foreign })).toMatchObject({ status: 501 });
  });

  it('is met with silence while the feed is older than 60 s', async () => {
    const alice = await realm.client();
    realm.pass(61_000, { feed: false });
    expect(await alice.try(ping)).toBeNull();
    realm.identity.refresh();
    expect(await alice.ask(ping)).toMatchObject({ status: 200 });
  });
});

describe('a channel', () => {
  it('is over after an hour: a signed reset, and a new handshake (R305, R306)', async () => {
    const alice = await realm.client();
    const message = await alice.seal(ping);
    realm.pass(60 * 60_000 + 1);
    const [reply] = await send(alice, message);
    expect(payload(reply?.message ?? '')).toMatchObject({ status: 499, cloister: { channel: alice.channel.uri } });
    await alice.connect();
    expect(await alice.ask(ping)).toMatchObject({ status: 200 });
  });

  it('that nobody made is reset, as often as one may ask (threats row 20)', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const [head, ...rest] = (await alice.seal(ping)).split('.');
    const forged = JSON.parse(Buffer.from(head ?? '', 'base64url').toString());
    forged.kid = `kms://${TestRealm.kmsHost}/ecdhe/${newId()}`;
    const message = [Buffer.from(JSON.stringify(forged)).toString('base64url'), ...rest].join('.');
    const replies = [];
    for (let attempt = 0; attempt < 10; attempt++) replies.push(...(await send(bob, message)));
    expect(replies).toHaveLength(5);
  });

  it('outlives a restart (kms.md §0.4)', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    await realm.restart();
    expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key).toEqual(key);
  });

  it('can be ended by its owner alone', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const ended = { method: 'delete', uri: alice.channel.uri };
    expect(await bob.ask(ended)).toMatchObject({ status: 404 });
    expect(await alice.ask(ended)).toMatchObject({ status: 204 });
    await expect(alice.ask(ping)).rejects.toMatchObject({ code: 'kms/reset' });
  });

  it('made with a bound token takes only tokens of that key (wires.md §2)', async () => {
    const alice = realm.device();
    expect(await alice.connectBound()).not.toBeNull();
    expect(await alice.ask(ping)).toMatchObject({ status: 200 });
    expect(await alice.ask(ping, realm.identity.token(alice.person))).toMatchObject({ status: 401 });
    const otherKey = realm.identity.token(alice.person, { cnf: { jkt: 'x'.repeat(43) } });
    expect(await alice.ask(ping, otherKey)).toMatchObject({ status: 401 });
    const unbound = await realm.client();
    const bound = realm.identity.token(unbound.person, alice.claims);
    expect(await unbound.ask(ping, bound)).toMatchObject({ status: 401 });
    // A stolen bound token without its key opens nothing.
    await expect(unbound.connect({ bearer: bound })).rejects.toMatchObject({ code: 'kms/unauthenticated' });
  });

  it("sleeps under a key of its day, which is destroyed when the day's last channel is over", async () => {
    const alice = await realm.client();
    const message = await alice.seal(ping);
    const kept = await channelKeyCount();
    realm.pass(26 * 3600_000);
    await realm.kms.maintain();
    expect(await channelKeyCount()).toBeLessThan(kept);
    const bob = await realm.client();
    expect(await bob.ask(ping)).toMatchObject({ status: 200 });
    expect(payload((await send(alice, message))[0]?.message ?? '').status).toBe(499);
  });
});

const channelKeyCount = async () => (await realm.database.rows(sql`select 1 from kek where level = 'channel'`)).length;

const clientOf = (client: TestClient) => ({
  clientId: client.clientId,
  credential: { userId: client.person.id, bearer: client.token() },
});

const jwkOnCurve = async () => {
  const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  return { kty, crv, x, y };
};

/** A compact JWE made with nothing but node:crypto, header as given. */
const rawJwe = (members: object, padding: number, plaintext: string): string => {
  const part = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const head = part(Buffer.from(JSON.stringify(members)));
  const key = randomBytes(32);
  const iv = randomBytes(12);
  const publicKey = createPublicKey({ key: { ...realm.staticKey.jwk }, format: 'jwk' });
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(head));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const wrapped = publicEncrypt({ key: publicKey, padding }, key);
  return [head, part(wrapped), part(iv), part(text), part(cipher.getAuthTag())].join('.');
};
