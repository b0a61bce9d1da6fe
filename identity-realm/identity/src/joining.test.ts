import { randomBytes } from 'node:crypto';
import { keyThumbprint } from '@cloister/verify';
import { parseJoined, parseJoiningCode, type StatusEntry } from '@cloister/wire';
import { compactVerify, importJWK, type JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withdrawRealm } from './realms/withdraw-realm.ts';
import { askFeed, openStatement, readFeed } from './testing/feed.ts';
import { type IdentityUnderTest, identityUnderTest } from './testing/identity-under-test.ts';
import { ed25519, inviteTo, JoiningRealm, p256 } from './testing/joining-realm.ts';

const secret = randomBytes(16).toString('base64url');
const host = 'kms.globex.example';
const day = 24 * 3600_000;

let identity: IdentityUnderTest;
let realm: JoiningRealm;
let globex: string;
beforeEach(async () => {
  identity = await identityUnderTest();
  globex = identity.provisioned.organisations[1]?.id ?? '';
  realm = new JoiningRealm(identity, host);
});
afterEach(() => identity.close());

type Realm = Extract<StatusEntry, { kind: 'realm' }>;
/** What the core is told of Globex's key server, in order. */
const told = async (): Promise<readonly Realm[]> => {
  const { text } = await askFeed(identity, 'after=0', identity.realmToken('core'));
  const { entries } = await openStatement(identity, text);
  return entries.filter((entry): entry is Realm => entry.kind === 'realm' && entry.kmsHost === host);
};
const joined = async () => {
  await inviteTo(identity, host, secret);
  expect((await realm.join(secret)).status).toBe(200);
};
const refusedWith = (answer: { status: number; json(): { code?: string } }, code: string) =>
  expect([answer.status, answer.json().code]).toEqual([expect.any(Number), code]);
const withdraw = () =>
  withdrawRealm(
    {
      database: identity.database,
      log: { event: () => {}, failure: () => {} },
      now: () => new Date(identity.clock.ms),
    },
    realm.kmsHost,
  );

describe('joining', () => {
  it('registers a key server by its code and its own keys, and tells everybody without a restart (R350, R354, R361)', async () => {
    const { code } = await inviteTo(identity, host, secret);
    const { feedKey } = identity.provisioned;
    expect(parseJoiningCode(code)).toEqual({
      identity: identity.config.joining?.identity,
      feedKey: keyThumbprint(feedKey as JWK),
      kmsHost: host,
      organisationId: globex,
      secret,
    });
    const answer = await realm.join(secret);
    expect(answer.status).toBe(200);
    const { payload, protectedHeader } = await compactVerify(answer.text, await importJWK(feedKey as JWK, 'EdDSA'));
    expect(protectedHeader.typ).toBe('cloister-joined+jws');
    expect(parseJoined(payload)).toEqual({
      iss: identity.config.issuer,
      aud: host,
      issuedAt: Math.floor(identity.clock.ms / 1000),
      statusKey: expect.objectContaining({ x: feedKey.x }),
      core: identity.config.joining?.core,
      organisationIds: [globex],
      keys: realm.statement().keys,
    });
    const { linkKey, receiptKey } = realm.keys;
    const entry = { kind: 'realm', kmsHost: host, organisationIds: [globex], active: true, linkKey, receiptKey };
    expect(await told()).toEqual([{ seq: expect.any(Number), ...entry }]);
    expect((await askFeed(identity, 'after=0', realm.token())).status).toBe(200);
    expect(identity.logged.join('')).not.toContain(secret);
  });

  it('stands after a restart, and says nothing twice', async () => {
    await joined();
    const before = await readFeed(identity);
    await identity.restart();
    expect((await readFeed(identity)).head).toBe(before.head);
    expect((await askFeed(identity, 'after=0', realm.token())).status).toBe(200);
  });

  it('takes a code once: the same keys again are the same registration, others are refused', async () => {
    await joined();
    expect((await realm.join(secret)).status).toBe(200);
    expect(await told()).toHaveLength(1);
    realm.receipt = ed25519();
    refusedWith(await realm.join(secret), 'identity/invalid-joining-code');
    expect(await told()).toHaveLength(1);
  });

  it('takes no code that is wrong, over, for another host, or of an invitation that a newer one replaced', async () => {
    refusedWith(await realm.join(secret), 'identity/invalid-joining-code');
    await inviteTo(identity, host, secret);
    const wrong = randomBytes(16).toString('base64url');
    refusedWith(await realm.join(wrong), 'identity/invalid-joining-code');
    refusedWith(await new JoiningRealm(identity, 'eu.globex.example').join(secret), 'identity/invalid-joining-code');
    identity.clock.ms += day;
    refusedWith(await realm.join(secret), 'identity/invalid-joining-code');
    const newer = randomBytes(16).toString('base64url');
    await inviteTo(identity, host, secret);
    await inviteTo(identity, host, newer);
    refusedWith(await realm.join(secret), 'identity/invalid-joining-code');
    expect(await told()).toEqual([]);
    expect((await realm.join(newer)).status).toBe(200);
  });

  it('needs a proof by each key, for this operator, this host, these keys, this code and this moment', async () => {
    await inviteTo(identity, host, secret);
    const code = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(secret))).toString('base64url');
    const { link, receipt, tls } = realm;
    const other = new JoiningRealm(identity, host).statement().keys;
    for (const proofs of [
      () => realm.proofs({ code }, [receipt, tls]),
      () => realm.proofs({ code }, [link, tls]),
      () => realm.proofs({ code }, [link, receipt]),
      () => realm.proofs({ code }, [link, receipt, p256()]),
      () => realm.proofs({ code, aud: other.link }),
      () => realm.proofs({ code, kmsHost: 'kms.acme.example' as never }),
      () => realm.proofs({ code, keys: { ...realm.statement().keys, receipt: other.receipt } }),
      () => realm.proofs({ code: other.link }),
      () => realm.proofs({}),
      () => realm.proofs({ code, act: 'renew' }),
      () => realm.proofs({ code, iat: identity.clock.ms / 1000 - 301 }),
      () => realm.proofs({ code, iat: identity.clock.ms / 1000 + 301 }),
    ]) {
      refusedWith(await realm.join(secret, proofs()), 'identity/invalid-proof');
      identity.clock.ms += 6000;
    }
    expect(await told()).toEqual([]);
    expect((await realm.join(secret)).status).toBe(200);
  });

  it('limits attempts', async () => {
    const answers = [];
    for (let n = 0; n < 11; n += 1) answers.push((await realm.join(secret)).status);
    expect(answers).toEqual([...Array<number>(10).fill(403), 429]);
  });

  it('is for a host of the organisation, or one that the operator vouches for, and nobody else’s', async () => {
    await expect(inviteTo(identity, 'kms.elsewhere.example', secret)).rejects.toMatchObject({
      code: 'identity/domain-not-proven',
    });
    await expect(inviteTo(identity, 'kms.acme.example', secret, { vouched: true })).rejects.toMatchObject({
      code: 'identity/conflict',
    });
    await expect(inviteTo(identity, 'eu.acme.example', secret, { domain: 'acme.example' })).rejects.toMatchObject({
      code: 'identity/conflict',
    });
    await expect(inviteTo(identity, host, secret, { domain: 'nobody.example' })).rejects.toMatchObject({
      code: 'identity/not-found',
    });
    await inviteTo(identity, 'kms.elsewhere.example', secret, { vouched: true });
    expect((await new JoiningRealm(identity, 'kms.elsewhere.example').join(secret)).status).toBe(200);
    await expect(inviteTo(identity, host, secret)).rejects.toMatchObject({ code: 'identity/conflict' });
  });

  it('is off unless the operator says where to join', async () => {
    delete (identity.config as { joining?: unknown }).joining;
    expect((await realm.join(secret)).status).toBe(404);
    await expect(inviteTo(identity, host, secret)).rejects.toMatchObject({ code: 'config/invalid' });
  });
});

describe('renewing keys', () => {
  beforeEach(joined);

  it('takes another link key by the word of the one that stands, which then proves nothing any more', async () => {
    const before = realm.link;
    realm.link = ed25519();
    refusedWith(await realm.renew([realm.link]), 'identity/invalid-proof');
    refusedWith(await realm.renew([before]), 'identity/invalid-proof');
    expect((await realm.renew([before, realm.link])).status).toBe(200);
    expect((await askFeed(identity, 'after=0', realm.token())).status).toBe(200);
    expect((await askFeed(identity, 'after=0', realm.token(before))).status).toBe(401);
    // After an answer that was lost the realm asks the same again, with what it has.
    expect((await realm.renew([before, realm.link])).status).toBe(200);
    expect((await told()).map(({ linkKey }) => linkKey?.x)).toEqual([
      before.export({ format: 'jwk' }).x,
      realm.keys.linkKey.x,
    ]);
  });

  it('keeps earlier receipt keys, so that what they signed stays verifiable', async () => {
    const earlier = [];
    for (let n = 0; n < 10; n += 1) {
      earlier.unshift(realm.keys.receiptKey);
      realm.receipt = ed25519();
      expect((await realm.renew([realm.link, realm.receipt])).status).toBe(200);
      identity.clock.ms += 6000;
    }
    expect((await told()).at(-1)).toMatchObject({
      receiptKey: realm.keys.receiptKey,
      earlierReceiptKeys: earlier.slice(0, 8),
    });
  });

  it('refuses a statement from before the newest, and one of another realm', async () => {
    const old = realm.keys;
    const replay = { ...old, proofs: realm.proofs({ act: 'renew' }, [realm.link]) };
    realm.receipt = ed25519();
    identity.clock.ms += 2000;
    expect((await realm.renew([realm.link, realm.receipt])).status).toBe(200);
    const path = (name: string) => `/identity/api/v1/realms/${name}/keys`;
    refusedWith(await identity.client().ask(path(host), { json: replay }), 'identity/invalid-proof');
    refusedWith(await identity.client().ask(path('kms.acme.example'), { json: replay }), 'identity/not-found');
    expect((await told()).at(-1)?.receiptKey).toEqual(realm.keys.receiptKey);
  });
});

it('ends with the operator’s word: told to everybody, and the key opens nothing any more', async () => {
  await joined();
  await withdraw();
  expect((await told()).at(-1)).toMatchObject({ active: false });
  expect((await told()).at(-1)).not.toHaveProperty('linkKey');
  expect((await askFeed(identity, 'after=0', realm.token())).status).toBe(401);
  refusedWith(await realm.join(secret), 'identity/invalid-joining-code');
  await expect(withdraw()).rejects.toMatchObject({ code: 'identity/not-found' });
  // And may be begun anew.
  identity.clock.ms += 1000;
  await inviteTo(identity, host, secret);
  expect((await realm.join(secret)).status).toBe(200);
  expect((await told()).at(-1)).toMatchObject({ active: true });
});
