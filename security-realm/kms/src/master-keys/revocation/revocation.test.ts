import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Kms } from '../../index.ts';
import type { TestClient } from '../../testing/test-client.ts';
import { TestRealm } from '../../testing/test-realm.ts';
import { revocationProgress } from '../store/node-row.ts';
import { cutOffNode, slowNode, stoppedNode } from '../testing/odd-nodes.ts';
import { startAfresh } from '../testing/start-afresh.ts';
import { TestMainKeys } from '../testing/test-main-keys.ts';

type Node = Awaited<ReturnType<typeof TestRealm.secondNode>>;

let realm: TestRealm;
let keys: TestMainKeys;
let others: Node[] = [];

beforeAll(async () => {
  realm = await TestRealm.open();
  keys = new TestMainKeys(realm);
});
beforeEach(async () => {
  await startAfresh(realm);
  others = [await TestRealm.secondNode(realm), await TestRealm.secondNode(realm)];
});
afterAll(async () => {
  await keys.close();
  await realm.close();
});

const nodes = (): Kms[] => [realm.kms, ...others.map(({ kms }) => kms)];
const look = (...which: Kms[]) => Promise.all(which.map(({ masterKeys }) => masterKeys.look()));
const progress = async () => revocationProgress(realm.database, realm.organisationId, realm.clock.now);

/** An active key of the organisation's own, a content key under it, and somebody who has it. */
const setting = async () => {
  const mainKey = await keys.upload();
  const alice = await realm.client();
  const key = await alice.createKey();
  return { mainKey, alice, key };
};

/** Asks a node for a key. Null is silence. */
const retrieve = async (client: TestClient, uri: string, kms: Kms) => {
  const wire = client.wire;
  client.wire = { send: (batch) => kms.handleBatch(batch), operate: (frame) => kms.handleOperation(frame) };
  try {
    return await client.try({ method: 'retrieve', uri });
  } finally {
    client.wire = wire;
  }
};

describe('a revoked main key, on three nodes of one realm', () => {
  it('is refused by every node once it looked; the administrator sees them one by one (R029, R045)', async () => {
    const { mainKey, alice, key } = await setting();
    for (const kms of nodes()) expect((await retrieve(alice, key.uri, kms))?.key?.jwk).toEqual(key.jwk);
    const requestedAt = realm.clock.now;
    await keys.happen({ type: 'revoke', keyId: mainKey });
    expect(await progress()).toEqual({ requestedAt, nodes: 3, acknowledged: 0, effectiveAt: null });
    for (const [index, kms] of nodes().entries()) {
      realm.pass(1_000);
      await look(kms);
      expect(await retrieve(alice, key.uri, kms)).toMatchObject({ status: 405, errorCode: 405005 });
      expect(await progress()).toMatchObject({ nodes: 3, acknowledged: index + 1 });
    }
    expect(await progress()).toMatchObject({ effectiveAt: new Date(requestedAt.getTime() + 3_000) });
    realm.pass(60_000);
    await look(...nodes());
    expect(await progress()).toMatchObject({ effectiveAt: new Date(requestedAt.getTime() + 3_000) });
  });

  it('is proven without a node that is silent, once its lease is over, and not before (R029)', async () => {
    const { mainKey, alice, key } = await setting();
    await look(...nodes());
    await retrieve(alice, key.uri, realm.kms);
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(...nodes().slice(0, 2));
    realm.pass(59_000);
    await look(...nodes().slice(0, 2));
    expect(await progress()).toMatchObject({ nodes: 3, acknowledged: 2, effectiveAt: null });
    realm.pass(1_000);
    await look(...nodes().slice(0, 2));
    expect(await progress()).toMatchObject({ nodes: 3, acknowledged: 3, effectiveAt: realm.clock.now });
  });

  it('waits for no node that left', async () => {
    const { mainKey } = await setting();
    await look(...nodes());
    await others[1]?.kms.masterKeys.leave();
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(realm.kms, others[0]?.kms as Kms);
    expect(await progress()).toMatchObject({ nodes: 2, acknowledged: 2, effectiveAt: realm.clock.now });
  });

  it('counts a node that starts while it is off: it knows before it could use a key', async () => {
    const { mainKey } = await setting();
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(...nodes());
    const late = await TestRealm.secondNode(realm);
    await look(late.kms);
    expect(late.kms.masterKeys.frozen()).toEqual([expect.objectContaining({ organisationId: realm.organisationId })]);
    expect(await progress()).toMatchObject({ nodes: 4, acknowledged: 4 });
  });

  it('gives everything back on every node when it is activated again (R048)', async () => {
    const { mainKey, alice, key } = await setting();
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(...nodes());
    expect(await retrieve(alice, key.uri, realm.kms)).toMatchObject({ status: 405 });
    await keys.happen({ type: 'activate', keyId: mainKey, denied: null });
    await look(...nodes());
    expect(await progress()).toBeNull();
    for (const kms of nodes()) expect((await retrieve(alice, key.uri, kms))?.key?.jwk).toEqual(key.jwk);
  });

  it('leaves the keys of other organisations alone', async () => {
    const { mainKey } = await setting();
    const sister = await realm.client(realm.person(realm.sisterOrganisationId));
    const theirs = await sister.createKey();
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(...nodes());
    for (const kms of nodes()) expect((await retrieve(sister, theirs.uri, kms))?.key?.jwk).toEqual(theirs.jwk);
  });

  it('is told to clients by the reply to a ping, of that organisation alone', async () => {
    const { mainKey, alice } = await setting();
    const sister = await realm.client(realm.person(realm.sisterOrganisationId));
    const ping = { method: 'update', uri: '/ping' };
    expect((await alice.ask(ping)).cloister).toBeUndefined();
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(...nodes());
    expect((await alice.ask(ping)).cloister).toEqual({ isFrozen: true });
    expect((await sister.ask(ping)).cloister).toBeUndefined();
  });

  it('is told to who listens once on each node, and again after it was on', async () => {
    const { mainKey } = await setting();
    const heard: number[] = [];
    const { epoch: start } = await keys.find();
    await look(realm.kms);
    realm.kms.masterKeys.onFrozen(({ epoch }) => heard.push(epoch));
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(realm.kms);
    await look(realm.kms);
    await keys.happen({ type: 'activate', keyId: mainKey, denied: null });
    await look(realm.kms);
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(realm.kms);
    expect(heard).toEqual([start + 1, start + 3]);
  });
});

describe('a node that hears of no revocation', () => {
  it('stops at the end of its lease by itself, when it is cut off from the database (P6, invariant 8)', async () => {
    const { mainKey, alice, key } = await setting();
    const alone = await cutOffNode(realm);
    expect((await retrieve(alice, key.uri, alone.kms))?.key?.jwk).toEqual(key.jwk);
    alone.cut();
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(...nodes(), alone.kms);
    expect(await progress()).toMatchObject({ nodes: 4, acknowledged: 3, effectiveAt: null });
    realm.pass(60_000);
    expect(await retrieve(alice, key.uri, alone.kms)).toBeNull();
    await look(realm.kms);
    expect(await progress()).toMatchObject({ nodes: 4, acknowledged: 4, effectiveAt: realm.clock.now });
  });

  it('looks again before it answers, when its lease is over (P6)', async () => {
    const { mainKey, alice, key } = await setting();
    await retrieve(alice, key.uri, realm.kms);
    await keys.happen({ type: 'revoke', keyId: mainKey });
    realm.pass(60_000);
    expect(await retrieve(alice, key.uri, realm.kms)).toMatchObject({ status: 405, errorCode: 405005 });
    expect(await progress()).toMatchObject({ nodes: 1, acknowledged: 1, effectiveAt: realm.clock.now });
  });
});

describe('a node that was stopped in the middle of a release', () => {
  /** Every KEK is unwrapped already; the audit of the release is written, and the key is in no reply yet. */
  const stopped = async () => {
    const { mainKey, alice, key } = await setting();
    const node = await stoppedNode(realm);
    await retrieve(alice, key.uri, node.kms);
    node.set();
    const answer = retrieve(alice, key.uri, node.kms);
    await node.reached;
    return { mainKey, key, node, answer };
  };

  it('gives what was asked when all that it saw meanwhile is an organisation it had never heard of', async () => {
    const { key, node, answer } = await stopped();
    const sister = await realm.client(realm.person(realm.sisterOrganisationId));
    await sister.createKey();
    await look(node.kms);
    node.goOn();
    expect((await answer)?.key?.jwk).toEqual(key.jwk);
  });

  it('gives no key away when it goes on, after the key was revoked and its lease was over (P6, invariant 8)', async () => {
    const { mainKey, node, answer } = await stopped();
    await keys.happen({ type: 'revoke', keyId: mainKey });
    realm.pass(60_000);
    await look(...nodes());
    expect(await progress()).toMatchObject({ effectiveAt: realm.clock.now });
    node.goOn();
    expect(await answer).toBeNull();
  });

  it('gives no key away when it looked meanwhile and says that it forgot them (P6, invariant 8)', async () => {
    const { mainKey, node, answer } = await stopped();
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(...nodes(), node.kms);
    expect(await progress()).toMatchObject({ effectiveAt: realm.clock.now });
    node.goOn();
    expect(await answer).toBeNull();
  });

  it('gives the key when nothing was revoked', async () => {
    const { key, node, answer } = await stopped();
    node.goOn();
    expect((await answer)?.key?.jwk).toEqual(key.jwk);
  });

  it('keeps and uses no KEK that the hsm unwrapped meanwhile', async () => {
    const { mainKey, alice, key } = await setting();
    const node = await slowNode(realm, keys.hsm);
    await node.kms.masterKeys.look();
    await retrieve(alice, 'kms://kms.acme.example/keys/00000000-0000-4000-8000-000000000000', node.kms);
    node.set();
    const answer = retrieve(alice, key.uri, node.kms);
    await node.reached;
    await keys.happen({ type: 'revoke', keyId: mainKey });
    await look(...nodes(), node.kms);
    expect(await progress()).toMatchObject({ effectiveAt: realm.clock.now });
    node.goOn();
    expect(await answer).toBeNull();
    expect(await retrieve(alice, key.uri, node.kms)).toMatchObject({ status: 405, errorCode: 405005 });
  });
});
