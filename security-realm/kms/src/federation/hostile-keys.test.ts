import { listLeaseMs } from '@cloister/receipts';
import { newId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { databaseState } from '../testing/database-state.ts';
import type { TestRealm } from '../testing/test-realm.ts';
import { HostileGround, read } from './testing/hostile-ground.ts';
import type { TestRealms } from './testing/test-realms.ts';

let ground: HostileGround;
let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let mallory: TestRealm;
beforeAll(async () => {
  ground = await HostileGround.open();
  ({ realms, acme, globex, mallory } = ground);
}, 120_000);
afterEach(() => {
  ground.realms.hostile = null;
});
afterAll(() => ground.realms.close());

describe('a hostile key server that answers with keys', () => {
  type Given = { uri: string; jwk: { kid: string; k: string }; resourceUri: string };
  const saysKeys = (change: (keys: Given[]) => unknown[]) => {
    realms.hostile = async (_from, to, path, body) =>
      to === acme.kmsHost && path.endsWith('/keys') ? { keys: change((body as { keys: Given[] }).keys) } : body;
  };
  const other = Buffer.alloc(32, 7).toString('base64url');

  it.each<[string, (keys: Given[]) => unknown[]]>([
    ['under another name', (keys) => keys.map((key) => ({ ...key, uri: `kms://${acme.kmsHost}/keys/${newId()}` }))],
    [
      'under the name of another realm',
      (keys) => keys.map((key) => ({ ...key, uri: `kms://${mallory.kmsHost}/keys/${newId()}` })),
    ],
    [
      'of another name inside',
      (keys) => keys.map(({ jwk, ...key }) => ({ ...key, jwk: { ...jwk, kid: `${jwk.kid}0` } })),
    ],
    ['of another length', (keys) => keys.map(({ jwk, ...key }) => ({ ...key, jwk: { ...jwk, k: 'AAAA' } }))],
    ['that are bound to nothing', (keys) => keys.map(({ resourceUri: _, ...key }) => key)],
    ['twice', (keys) => keys.flatMap((key) => [key, { ...key, jwk: { ...key.jwk, k: other } }])],
    ['fewer than asked for', () => []],
  ])('%s gives nobody any; nothing is kept', async (_, change) => {
    const { ken, key } = await ground.setting();
    const before = await databaseState(globex.database);
    saysKeys(change);
    expect(await read(ken, key.uri)).toMatchObject({ status: 502, cloister: { code: 'kms/peer-broken' } });
    expect(await databaseState(globex.database)).toEqual(before);
    realms.hostile = null;
    expect((await read(ken, key.uri)).key?.jwk).toEqual(key.jwk);
  });

  it.each<[string, (keys: Given[]) => unknown[]]>([
    ['other bytes', (keys) => keys.map(({ jwk, ...key }) => ({ ...key, jwk: { ...jwk, k: other } }))],
    [
      'another resource',
      (keys) => keys.map((key) => ({ ...key, resourceUri: `kms://${acme.kmsHost}/resources/${newId()}` })),
    ],
  ])('%s under the same name later are refused, and logged (threats row 14)', async (_, change) => {
    const { ken, key } = await ground.setting();
    expect((await read(ken, key.uri)).status).toBe(200);
    // It forgets nothing by refusing in between.
    globex.pass(listLeaseMs);
    saysKeys((keys) => keys.map(({ uri }) => ({ uri, code: 'kms/revoked' })));
    const later = await globex.client(ken.person);
    expect((await read(later, key.uri)).status).toBe(405);
    saysKeys(change);
    globex.logged = '';
    expect(await read(later, key.uri)).toMatchObject({ cloister: { code: 'kms/peer-broken' } });
    ground.seen('peer.key-refused');
    realms.hostile = null;
    expect((await read(later, key.uri)).key?.jwk).toEqual(key.jwk);
  });

  it.each(['kms/unauthenticated', 'kms/reset', 'kms/unavailable', 'kms/internal', 'kms/invalid-request'])(
    'and a refusal by %s, which only the own key server may say: it refused, and no more',
    async (code) => {
      const { ken, key } = await ground.setting();
      saysKeys((keys) => keys.map(({ uri }) => ({ uri, code })));
      expect(await read(ken, key.uri)).toMatchObject({ status: 502, cloister: { code: 'kms/peer-refused' } });
      // Its channel lives.
      expect((await ken.ask({ method: 'update', uri: '/ping' })).status).toBe(200);
    },
  );

  it('bound to a resource of a realm that nobody knows: nobody is asked, and nothing of the resource is kept', async () => {
    const { ken, key } = await ground.setting();
    const before = await databaseState(globex.database, { without: ['foreign_key', 'foreign_key_mark', 'kek'] });
    realms.asked.length = 0;
    saysKeys((keys) =>
      keys.map((each) => ({ ...each, resourceUri: `kms://kms.nowhere.example/resources/${newId()}` })),
    );
    expect(await read(ken, key.uri)).toMatchObject({ status: 404, cloister: { code: 'kms/peer-unknown' } });
    expect(realms.asked).toEqual([`${globex.kmsHost} ${acme.kmsHost} /federation/v1/keys`]);
    expect(await databaseState(globex.database, { without: ['foreign_key', 'foreign_key_mark', 'kek'] })).toEqual(
      before,
    );
  });
});
