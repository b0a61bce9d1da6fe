import { type KmsHost, newId, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { postRoute, type Route } from './http/route.ts';
import { noFederation } from './no-federation.ts';
import { openFederation } from './open-federation.ts';
import { TestAuthority } from './testing/test-authority.ts';
import { type TestPeer, TestPeers } from './testing/test-peer.ts';

const asked: { from: string; organisationIds: readonly string[] }[] = [];
let held: PromiseWithResolvers<void> | null = null;
let atOnce = 0;
let most = 0;

/** What this test's realms answer beside who they are. */
const routes: Route[] = [
  postRoute('/federation/v1/echo', z.object({ text: z.string() }), async ({ peer, body }) => {
    asked.push({ from: peer.kmsHost, organisationIds: [...peer.organisationIds] });
    atOnce += 1;
    most = Math.max(most, atOnce);
    await held?.promise;
    atOnce -= 1;
    return { status: 200, body };
  }),
];
const echo = (text: string) => ({
  method: 'POST' as const,
  path: '/federation/v1/echo' as const,
  body: { text },
  answer: z.object({ text: z.string() }),
});

let peers: TestPeers;
let acme: TestPeer;
let globex: TestPeer;
beforeAll(async () => {
  peers = new TestPeers(await TestAuthority.open(new Date()));
  [acme, globex] = await Promise.all([
    peers.add('kms.acme.example', { routes }),
    peers.add('kms.globex.example', { routes }),
  ]);
});
afterAll(() => peers.close());

const eventsOf = ({ events }: TestPeer, name: string) => events.filter((event) => event === name);

describe('two key servers (R361, R363)', () => {
  it('meet without configuration, over TLS that both sides prove themselves in', async () => {
    expect(await acme.federation.meet(globex.kmsHost)).toEqual(globex.realm);
    expect(await globex.federation.meet(acme.kmsHost)).toEqual(acme.realm);
    expect([eventsOf(acme, 'peer.met'), eventsOf(globex, 'peer.met')]).toEqual([['peer.met'], ['peer.met']]);
  });

  it('ask in the name of the realm of their certificate, with the organisations that the directory gives it', async () => {
    asked.length = 0;
    expect(await acme.federation.ask(globex.kmsHost, echo('hello'))).toEqual({
      isRefused: false,
      value: { text: 'hello' },
    });
    const another = newId<OrganisationId>();
    peers.directory.get(acme.kmsHost)?.organisationIds.push(another);
    await acme.federation.ask(globex.kmsHost, echo('hello'));
    const [own] = acme.realm.organisationIds;
    expect(asked).toEqual([
      { from: acme.kmsHost, organisationIds: [own] },
      { from: acme.kmsHost, organisationIds: [own, another] },
    ]);
  });

  it('ask one after the other over one connection, and at once over a few', async () => {
    peers.opened.length = 0;
    for (let index = 0; index < 5; index += 1) await acme.federation.ask(globex.kmsHost, echo(`${index}`));
    expect(peers.opened.length).toBeLessThanOrEqual(1);
    held = Promise.withResolvers();
    most = 0;
    const answers = Array.from({ length: 40 }, (_, index) => acme.federation.ask(globex.kmsHost, echo(`${index}`)));
    await expect.poll(() => atOnce).toBe(6);
    held.resolve();
    expect(await Promise.all(answers)).toEqual(
      answers.map((_, index) => ({ isRefused: false, value: { text: `${index}` } })),
    );
    expect(most).toBe(6);
    expect(peers.opened.length).toBeLessThanOrEqual(6);
    held = null;
  });

  it('carry what is near the limit of a body', async () => {
    const text = 'x'.repeat(1024 * 1024 - 20);
    expect(await acme.federation.ask(globex.kmsHost, echo(text))).toEqual({ isRefused: false, value: { text } });
  });

  it('give a refusal by its code, and nothing of what was asked', async () => {
    const refused = await acme.federation.ask(globex.kmsHost, { ...echo('x'), body: { secret: 'hunter2' } });
    expect(refused).toEqual({ isRefused: true, status: 400, code: 'wire/invalid-message' });
    const unknown = await acme.federation.ask(globex.kmsHost, { ...echo('x'), path: '/federation/v1/nothing' });
    expect(unknown).toEqual({ isRefused: true, status: 404, code: 'platform/not-found' });
    expect(acme.logged + globex.logged).not.toContain('hunter2');
  });
});

describe('whom a key server calls (R365, threats row 15)', () => {
  it.each([
    'kms.nowhere.example',
    '127.0.0.1',
    'kms.globex.example:8443',
    'user@kms.globex.example',
    'KMS.globex.example',
    'kms.globex.example.',
    'xn--kms-globex.example',
    '',
  ])('never %s, which the directory does not name: nothing is opened', async (kmsHost) => {
    peers.opened.length = 0;
    await expect(acme.federation.meet(kmsHost as KmsHost)).rejects.toMatchObject({ code: 'kms/peer-unknown' });
    expect(peers.opened).toEqual([]);
  });

  it('nobody any more whom identity withdrew, and nobody who was withdrawn is answered, over open connections neither', async () => {
    await acme.federation.meet(globex.kmsHost);
    const entry = peers.directory.get(acme.kmsHost);
    peers.directory.delete(acme.kmsHost);
    peers.opened.length = 0;
    const refused = { isRefused: true, status: 403, code: 'kms/peer-unknown' };
    expect(await acme.federation.ask(globex.kmsHost, echo('x'))).toEqual(refused);
    await expect(globex.federation.meet(acme.kmsHost)).rejects.toMatchObject({ code: 'kms/peer-unknown' });
    expect(peers.opened).toEqual([]);
    // A new connection is turned away as well.
    const fresh = openFederation(acme.parts(acme.database, await acme.credentials()));
    expect(await fresh.ask(globex.kmsHost, echo('x'))).toEqual(refused);
    fresh.close();
    expect(eventsOf(globex, 'peer.refused')).toHaveLength(1);
    if (entry !== undefined) peers.directory.set(acme.kmsHost, entry);
    expect(await acme.federation.meet(globex.kmsHost)).toEqual(globex.realm);
  });
});

describe('connections that are kept', () => {
  it('survive a renewed certificate, which the next ones use, and end with the root that vouched for them (R364)', async () => {
    const { authority } = peers;
    const roots = authority.root.certificatePem;
    const renewed = await authority.certify(acme.key, acme.kmsHost, { now: new Date(), days: 60 });
    await acme.federation.meet(globex.kmsHost);
    acme.write(renewed, roots);
    peers.opened.length = 0;
    await acme.federation.meet(globex.kmsHost);
    expect(peers.opened).toEqual([]);
    acme.federation.disconnect();
    await acme.federation.meet(globex.kmsHost);
    expect(eventsOf(acme, 'federation.certificate-renewed')).toHaveLength(1);
    const another = await TestAuthority.open(new Date(), 'another root');
    const certificate = await another.certify(globex.key, globex.kmsHost, { now: new Date() });
    const before = await authority.certify(globex.key, globex.kmsHost, { now: new Date() });
    globex.write(certificate, another.root.certificatePem);
    await globex.refresh();
    // Over the kept connection, or it has heard already that there is none any more.
    const code = expect.stringMatching(/^kms\/peer-(lost|untrusted)$/);
    await expect(acme.federation.meet(globex.kmsHost)).rejects.toMatchObject({ code });
    await expect(acme.federation.meet(globex.kmsHost)).rejects.toMatchObject({ code: 'kms/peer-untrusted' });
    globex.write(before, roots);
    await globex.refresh();
    expect(await acme.federation.meet(globex.kmsHost)).toEqual(globex.realm);
    expect(eventsOf(globex, 'peer.certificate-changed')).toEqual([]);
  });
});

describe('receipt keys of peers', () => {
  it('are kept by their name, and asked for once', async () => {
    const { receiptKey } = globex.realm;
    await acme.federation.meet(globex.kmsHost);
    peers.opened.length = 0;
    expect(await acme.federation.receiptKeyOf(globex.kmsHost, receiptKey.kid)).toEqual(receiptKey);
    await expect(acme.federation.receiptKeyOf(globex.kmsHost, 'another')).rejects.toMatchObject({
      code: 'kms/peer-untrusted',
    });
  });

  it('are not exchanged under the same name: refused and logged (threats row 2)', async () => {
    const x = 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const realm = { ...globex.realm, receiptKey: { ...globex.realm.receiptKey, x } };
    const honest = globex.federation;
    const parts = { ...globex.parts(globex.database, await globex.credentials()), realm };
    const changed = openFederation(parts);
    peers.intercept = (stream) => void changed.accept(stream);
    const other = openFederation(acme.parts(acme.database, await acme.credentials()));
    await expect(other.meet(globex.kmsHost)).rejects.toMatchObject({ code: 'kms/peer-untrusted' });
    expect(eventsOf(acme, 'peer.receipt-key-contradicted')).toHaveLength(1);
    peers.intercept = null;
    other.close();
    changed.close();
    expect(await acme.federation.receiptKeyOf(globex.kmsHost, globex.kmsHost)).toEqual(globex.realm.receiptKey);
    expect(globex.federation).toBe(honest);
  });
});

it('without its section of the configuration a realm refuses, and takes no stream', async () => {
  const kmsHost = parseKmsHost('kms.globex.example');
  await expect(noFederation.meet(kmsHost)).rejects.toMatchObject({ code: 'kms/no-federation' });
  await expect(noFederation.ask(kmsHost, echo('x'))).rejects.toMatchObject({ code: 'kms/no-federation' });
  peers.intercept = (stream) => void noFederation.accept(stream);
  const other = openFederation(acme.parts(acme.database, await acme.credentials()));
  await expect(other.meet(kmsHost)).rejects.toMatchObject({ code: 'kms/peer-lost' });
  peers.intercept = null;
  other.close();
});
