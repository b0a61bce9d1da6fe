// The published client's own cases for its key server (kms.md §5, "SDK integration spec"), with our people.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { approvedCase, closeCase, setFunction, setRoles } from './administration.mjs';
import { person } from './deployment.mjs';
import { publishedClient } from './published-client.mjs';

const refused = (error) => {
  assert.equal(error.body?.status ?? error.status, 403, `${error}`);
  return true;
};

/** Identity's word reaches the key server in a moment: asks again until the answer is the wanted one. */
async function eventually(work, wanted) {
  for (let left = 50; ; left--) {
    try {
      return await wanted(work);
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
const isRefused = (work) => assert.rejects(work(), refused);
const succeeds = (work) => work();

describe("the published client's own cases for its key server", () => {
  /** Named as there: spock owns, mccoy is authorized, jim is the officer, scotty the outsider. */
  let spock;
  let mccoy;
  let jim;
  let scotty;
  let caseId;

  const newKey = async (owner) => {
    const [key] = await owner.kms.createUnboundKeys({ count: 1 });
    return key;
  };
  const newResource = async (owner) => owner.kms.createResource({ key: await newKey(owner) });

  before(async () => {
    const clients = await Promise.all(['ben', 'minjun', 'chloe', 'aoi'].map((name) => publishedClient(person(name))));
    [spock, mccoy, jim, scotty] = clients.map((client) => ({
      client,
      id: client.person.id,
      kms: client.encryption.kms,
    }));
  });

  after(async () => {
    for (const { client } of [spock, mccoy, jim, scotty]) await client.close();
    setTimeout(() => process.exit(), 500).unref();
  });

  it('creates a resource with one authorization', async () => {
    const key = await newKey(spock);
    const kro = await spock.kms.createResource({ userIds: [spock.id], key });
    assert.ok(kro.uri);
    assert.deepEqual(kro.keyUris, [key.uri]);
    assert.equal(kro.authorizationUris.length, 1);
  });

  it('authorizes a person, who then fetches the key, and a resource on a resource', async () => {
    const [kro, other] = [await newResource(spock), await newResource(spock)];
    const [auth] = await spock.kms.addAuthorization({ userIds: [mccoy.id], kroUri: kro.uri });
    assert.deepEqual([auth.resourceUri, auth.authId], [kro.uri, mccoy.id]);
    assert.equal((await mccoy.kms.fetchKey({ uri: kro.keyUris[0] })).uri, kro.keyUris[0]);
    const [onResource] = await spock.kms.addAuthorization({ authIds: [other.uri], kro });
    assert.deepEqual([onResource.resourceUri, onResource.authId], [kro.uri, other.uri]);
  });

  it('lists authorizations, refuses an outsider, and lists without who was removed (R288)', async () => {
    const [kro, other] = [await newResource(spock), await newResource(spock)];
    await spock.kms.addAuthorization({ userIds: [mccoy.id], kroUri: kro.uri });
    await spock.kms.addAuthorization({ authIds: [other.uri], kro });
    const listed = async () => (await spock.kms.listAuthorizations({ kroUri: kro.uri })).map(({ authId }) => authId);
    assert.deepEqual((await listed()).sort(), [mccoy.id, other.uri, spock.id].sort());
    await assert.rejects(scotty.kms.listAuthorizations({ kroUri: kro.uri }), refused);
    const [gone] = await spock.kms.removeAuthorization({ userId: mccoy.id, kroUri: kro.uri });
    assert.equal(gone.authId, mccoy.id);
    assert.deepEqual((await listed()).sort(), [other.uri, spock.id].sort());
    const [resource] = await spock.kms.removeAuthorization({ userId: other.uri, kroUri: kro.uri });
    assert.equal(resource.authId, other.uri);
    assert.deepEqual(await listed(), [spock.id]);
  });

  it('refuses the key to a person who was removed (R333)', async () => {
    const kro = await newResource(spock);
    await spock.kms.addAuthorization({ authIds: [mccoy.id], kro });
    await mccoy.kms.fetchKey({ uri: kro.keyUris[0] });
    await spock.kms.removeAuthorization({ userId: mccoy.id, kroUri: kro.uri });
    await assert.rejects(mccoy.kms.fetchKey({ uri: kro.keyUris[0] }), refused);
  });

  it('binds a key to a resource (R310)', async () => {
    const [first, second] = await spock.kms.createUnboundKeys({ count: 2 });
    const kro = await spock.kms.createResource({ userIds: [spock.id], key: first });
    const bound = await spock.kms.bindKey({ kro, key: second });
    assert.equal(bound.uri, second.uri);
    assert.equal(bound.resourceUri, kro.uri);
    assert.ok(bound.bindDate);
  });

  it('makes unbound keys and fetches one again', async () => {
    const [one, two] = await spock.kms.createUnboundKeys({ count: 2 });
    assert.notEqual(one.uri, two.uri);
    assert.deepEqual((await spock.kms.fetchKey({ uri: one.uri })).jwk.k, one.jwk.k);
  });

  it('refuses keys on behalf of others while the function is off, and without an approved case (R342)', async () => {
    const key = await newKey(spock);
    await assert.rejects(jim.kms.fetchKey({ uri: key.uri, onBehalfOf: spock.id }), refused);
    await setFunction('alice', 'ediscovery', true);
    await assert.rejects(jim.kms.fetchKey({ uri: key.uri, onBehalfOf: spock.id }), refused);
  });

  it('gives an officer the keys of custodians under a case that a second administrator approved (R097)', async () => {
    await setRoles('alice', 'aoi', ['member', 'full-admin']);
    const custodians = ['ben', 'minjun'];
    caseId = await approvedCase({ openedBy: 'alice', approvedBy: 'aoi', officer: 'chloe', custodians });
    const [own, others] = await Promise.all([newKey(spock), newKey(mccoy)]);
    await eventually(() => jim.kms.fetchKey({ uri: own.uri, onBehalfOf: spock.id }), succeeds);
    const [first, second] = await Promise.all([
      jim.kms.fetchKey({ uri: own.uri, onBehalfOf: spock.id }),
      jim.kms.fetchKey({ uri: others.uri, onBehalfOf: mccoy.id }),
    ]);
    assert.deepEqual([first.uri, second.uri], [own.uri, others.uri]);
    assert.deepEqual(first.jwk.k, own.jwk.k);
  });

  it('lets an officer ask on behalf of oneself, for what is theirs alone', async () => {
    const key = await newKey(jim);
    assert.equal((await jim.kms.fetchKey({ uri: key.uri, onBehalfOf: jim.id })).uri, key.uri);
    const foreign = await newKey(spock);
    await assert.rejects(jim.kms.fetchKey({ uri: foreign.uri, onBehalfOf: jim.id }), refused);
  });

  it('refuses somebody who is no officer, and the officer once the case is closed or the function off (R342)', async () => {
    const key = await newKey(spock);
    await assert.rejects(mccoy.kms.fetchKey({ uri: key.uri, onBehalfOf: spock.id }), refused);
    await closeCase('alice', caseId);
    await eventually(() => jim.kms.fetchKey({ uri: key.uri, onBehalfOf: spock.id }), isRefused);
    await setFunction('alice', 'ediscovery', false);
    await setRoles('alice', 'aoi', ['member']);
  });

  it('answers a ping', async () => {
    assert.equal((await spock.kms.ping()).status, 200);
  });

  it('is told in a sentence that it cannot change moderators, which needs a sealed half (R320, R447)', async () => {
    const room = await spock.client.conversation.create(
      { displayName: 'Moderated', participants: [mccoy.id, scotty.id] },
      { forceGrouped: true },
    );
    await assert.rejects(spock.client.conversation.assignModerator(room, spock.id), (error) => {
      assert.equal(error.statusCode, 400);
      assert.match(JSON.stringify(error.body), /sealed part for the key server/);
      return true;
    });
    const seen = await spock.client.conversation.get({ url: room.url }, { includeParticipants: true });
    assert.deepEqual(seen.tags ?? [], []);
  });
});
