import { parseSpkiFingerprint } from '@cloister/certs';
import { type Database, openDatabase } from '@cloister/database';
import { openRealmLog } from '@cloister/logging';
import { type TestDatabase, database as testDatabase } from '@cloister/testkit';
import { base64url, parseKmsHost } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../index.ts';
import { Peers } from './peers.ts';

const [globex, initech] = [parseKmsHost('kms.globex.example'), parseKmsHost('kms.initech.example')];
const fingerprint = (byte: number) => parseSpkiFingerprint(base64url.encode(new Uint8Array(32).fill(byte)));
const [one, two, three] = [fingerprint(1), fingerprint(2), fingerprint(3)];
const receiptKey = (byte: number, kid: string) =>
  ({ kty: 'OKP', crv: 'Ed25519', x: base64url.encode(new Uint8Array(32).fill(byte)), kid }) as const;

let test: TestDatabase;
let database: Database;
let clock: Date;
let events: string[];
/** Nodes of one realm: each has its own view of the same rows. */
let nodes: Peers[];

beforeAll(async () => {
  test = await testDatabase();
  const { host, database: name, user, credentialFile } = test;
  database = openDatabase({ host, database: name, user, credentialFile, max: 10 });
  await database.migrate(migrations);
  const log = openRealmLog({ name: 'kms', destination: { write: (line) => void events.push(JSON.parse(line).event) } });
  nodes = Array.from({ length: 4 }, () => new Peers({ database, databaseNow: async () => clock, log }));
});
beforeEach(() => {
  [clock, events] = [new Date('2026-11-22T08:00:00.000Z'), []];
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const node = (): Peers => {
  const [first] = nodes;
  if (first === undefined) throw new Error('no node');
  return first;
};
const after = (seconds: number): string => {
  clock = new Date(clock.getTime() + seconds * 1000);
  return clock.toISOString();
};
const atOnce = (work: (peers: Peers) => Promise<void>) => Promise.all([...nodes, ...nodes].map(work));

describe('the keys of peers’ certificates (R362)', () => {
  it('are pinned at first use, by one of the nodes that meet the peer at the same moment', async () => {
    await atOnce((peers) => peers.note({ kmsHost: globex, fingerprint: one }));
    expect(events).toEqual(['peer.met']);
    const at = clock.toISOString();
    expect(await node().list()).toEqual([
      { kmsHost: globex, fingerprint: one, firstSeenAt: at, seenAt: at, earlier: [] },
    ]);
  });

  it('that come again are no news', async () => {
    const [first, again] = [clock.toISOString(), after(60)];
    await node().note({ kmsHost: globex, fingerprint: one });
    expect(events).toEqual([]);
    expect(await node().list()).toEqual([
      { kmsHost: globex, fingerprint: one, firstSeenAt: first, seenAt: again, earlier: [] },
    ]);
  });

  it('that change are shown with those before, and logged by one node alone', async () => {
    const first = clock.toISOString();
    const last = after(60);
    const changed = after(60);
    await atOnce((peers) => peers.note({ kmsHost: globex, fingerprint: two }));
    expect(events).toEqual(['peer.certificate-changed']);
    expect(await node().list()).toEqual([
      {
        kmsHost: globex,
        fingerprint: two,
        firstSeenAt: first,
        seenAt: changed,
        earlier: [{ fingerprint: one, firstSeenAt: first, seenAt: last }],
      },
    ]);
  });

  it('that change back and forth are logged each time, and kept once each', async () => {
    after(3600);
    for (const fingerprint of [one, two, three, two, one]) {
      after(1);
      await node().note({ kmsHost: globex, fingerprint });
    }
    expect(events).toEqual(Array(5).fill('peer.certificate-changed'));
    const [peer] = await node().list();
    expect([peer?.fingerprint, peer?.earlier.map((key) => key.fingerprint)]).toEqual([one, [two, three]]);
  });

  it('of one peer say nothing of another', async () => {
    await node().note({ kmsHost: initech, fingerprint: three });
    expect(events).toEqual(['peer.met']);
    expect((await node().list()).map(({ kmsHost, earlier }) => [kmsHost, earlier.length])).toEqual([
      [globex, 2],
      [initech, 0],
    ]);
  });

  it('are never seen earlier than they were, whichever node’s clock is behind', async () => {
    const late = after(7200);
    await node().note({ kmsHost: initech, fingerprint: three });
    clock = new Date(clock.getTime() - 3600_000);
    await node().note({ kmsHost: initech, fingerprint: three });
    expect((await node().list()).find(({ kmsHost }) => kmsHost === initech)?.seenAt).toBe(late);
  });
});

describe('the receipt keys of peers', () => {
  it('are kept under their names for good, each logged once', async () => {
    await atOnce((peers) => peers.keepReceiptKey(globex, receiptKey(1, 'a')));
    await node().keepReceiptKey(globex, receiptKey(2, 'b'));
    await node().keepReceiptKey(initech, receiptKey(3, 'a'));
    expect(events).toEqual(Array(3).fill('peer.receipt-key'));
    expect(await node().receiptKey(globex, 'a')).toEqual(receiptKey(1, 'a'));
    expect(await node().receiptKey(globex, 'b')).toEqual(receiptKey(2, 'b'));
    expect(await node().receiptKey(initech, 'a')).toEqual(receiptKey(3, 'a'));
    expect(await node().receiptKey(initech, 'b')).toBeNull();
  });

  it('do not become others under the same name', async () => {
    await expect(node().keepReceiptKey(globex, receiptKey(9, 'a'))).rejects.toMatchObject({
      code: 'kms/peer-untrusted',
    });
    expect(events).toEqual(['peer.receipt-key-contradicted']);
    expect(await node().receiptKey(globex, 'a')).toEqual(receiptKey(1, 'a'));
  });
});
