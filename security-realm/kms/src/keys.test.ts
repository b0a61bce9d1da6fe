import { sql } from '@cloister/database';
import { parseJwe } from '@cloister/seal';
import { parseKmsUri } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

describe('keys', () => {
  it('are made, stored and given to their maker (R281, R310)', async () => {
    const alice = await realm.client();
    const keys = await alice.createKeys(3);
    expect(new Set(keys.map(({ jwk }) => jwk.k)).size).toBe(3);
    for (const key of keys) {
      expect(Buffer.from(key.jwk.k, 'base64url')).toHaveLength(32);
      expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key).toEqual(key);
    }
  });

  it('have an address that says which key server made them, and a kid that never changes (R311)', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    expect(parseKmsUri(key.uri)).toMatchObject({ form: 'instance', host: TestRealm.kmsHost, collection: 'keys' });
    expect(key.jwk.kid).toBe(key.uri);
    const resourceUri = await alice.createResource([], [key.uri]);
    const { key: bound } = await alice.ask({ method: 'retrieve', uri: key.uri });
    expect(bound?.jwk).toEqual(key.jwk);
    expect(bound).toMatchObject({ resourceUri, cloister: { authorizationVersion: 1 } });
  });

  it('travel under AES-256-GCM in both directions (R289)', async () => {
    const alice = await realm.client();
    const message = await alice.seal({ method: 'update', uri: '/ping' });
    const [reply] = await realm.kms.handleBatch({ ...alice.asker, messages: [message] as never });
    for (const jwe of [message, reply?.message ?? '']) {
      expect(parseJwe(jwe, { algorithms: ['dir'] }).kid).toBe(alice.channel.uri);
      expect(JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
        enc: 'A256GCM',
      });
    }
  });

  it('are refused to a person who is not authorized, bound or not (R288)', async () => {
    const alice = await realm.client();
    const eve = await realm.client();
    const [unbound, bound] = await alice.createKeys(2);
    const resourceUri = await alice.createResource([], [bound?.uri ?? '']);
    expect(await eve.ask({ method: 'retrieve', uri: unbound?.uri })).toMatchObject({ status: 403 });
    const refusal = await eve.ask({ method: 'retrieve', uri: bound?.uri });
    expect(refusal).toMatchObject({
      status: 403,
      reason: `User ${eve.person.id} doesn't have authorization to access resource ${resourceUri}`,
    });
    expect(refusal.key).toBeUndefined();
  });

  it('are given to everybody on the list of their resource (R288)', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const key = await alice.createKey();
    await alice.createResource([bob.person.id], [key.uri]);
    expect((await bob.ask({ method: 'retrieve', uri: key.uri })).key?.jwk).toEqual(key.jwk);
  });

  it('are given in the order asked, the refused among them, in one batch', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const [mine, ours] = await alice.createKeys(2);
    await alice.createResource([bob.person.id], [ours?.uri ?? '']);
    const unknown = `kms://${TestRealm.kmsHost}/keys/00000000-0000-4000-8000-000000000000`;
    const uris = [ours?.uri, mine?.uri, unknown, ours?.uri];
    const messages = await Promise.all(uris.map((uri) => bob.seal({ method: 'retrieve', uri })));
    const responses = await bob.sendAll(messages);
    expect(responses.map((each) => each?.status)).toEqual([200, 403, 404, 200]);
  });

  it('that nobody bound are forgotten after an hour', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    realm.pass(61 * 60_000);
    await alice.connect();
    expect(await alice.ask({ method: 'retrieve', uri: key.uri })).toMatchObject({ status: 404 });
    await realm.kms.maintain();
    const rows = await realm.database.rows(sql`select 1 from content_key where resource_id is null`);
    expect(rows).toEqual([]);
  });
});

describe('binding a key', () => {
  it('gives it to the list of the resource, and says so (R310)', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const resourceUri = await alice.createResource([bob.person.id]);
    const key = await bob.createKey();
    const { status, key: bound } = await bob.ask({ method: 'update', uri: key.uri, resourceUri });
    expect(status).toBe(200);
    expect(bound).toMatchObject({ uri: key.uri, jwk: key.jwk, resourceUri });
    expect(Date.parse(bound?.bindDate ?? '')).toBe(realm.clock.now.getTime());
    expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key?.jwk).toEqual(key.jwk);
  });

  it('again to the same resource changes nothing, to another is refused', async () => {
    const alice = await realm.client();
    const [first, second] = [await alice.createResource(), await alice.createResource()];
    const key = await alice.createKey();
    const bind = (resourceUri: string) => alice.ask({ method: 'update', uri: key.uri, resourceUri });
    expect(await bind(first)).toMatchObject({ status: 200 });
    expect(await bind(first)).toMatchObject({ status: 200, key: { resourceUri: first } });
    expect(await bind(second)).toMatchObject({ status: 409 });
    expect(await alice.ask({ method: 'retrieve', uri: key.uri })).toMatchObject({ key: { resourceUri: first } });
  });

  it('of somebody else, or to a resource one cannot read, is refused (R288)', async () => {
    const alice = await realm.client();
    const eve = await realm.client();
    const key = await alice.createKey();
    const hers = await eve.createResource();
    const ours = await alice.createResource();
    expect(await eve.ask({ method: 'update', uri: key.uri, resourceUri: hers })).toMatchObject({ status: 403 });
    const own = await eve.createKey();
    expect(await eve.ask({ method: 'update', uri: own.uri, resourceUri: ours })).toMatchObject({ status: 403 });
  });
});
