import { parseReceipt, type ReceiptClaims } from '@cloister/receipts';
import { type Activity, type CoreFrame, instanceUri, newId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sealed } from './testing/sealed.ts';
import type { TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';
import type { TestRealm } from './testing/test-realm.ts';

let core: TestCore;
beforeAll(async () => {
  core = await TestCore.start();
  await core.globex.connect(core.socket);
});
afterAll(() => core.end());
afterEach(() => {
  core.acme.behaviour = core.globex.behaviour = 'apply';
  core.acme.lie = core.globex.lie = undefined;
  core.acme.extraKeys = [];
});

const of = (realm: TestRealm) => core.client(core.identity.person(realm.organisationId));
const shared = async () => {
  const [alice, grace] = [await of(core.acme), await of(core.globex)];
  return { alice, grace, ...(await core.room(alice, [grace])) };
};
const membersOf = async (client: TestClient, roomId: Parameters<TestClient['room']>[0]) =>
  (await client.room(roomId)).body.participants?.items.map(({ id }) => id).sort();
const ids = (...people: readonly TestClient[]) => people.map(({ person }) => person.id).sort();
const logged = (event: string) =>
  core.log
    .map((line) => JSON.parse(line) as { event: string; kmsHost?: string })
    .filter((line) => line.event === event);
const receiptOf = ({ receipt }: Activity): string => receipt ?? '';

describe('the own key server of somebody in a room elsewhere', () => {
  type Lie = (earlier: string, claims: ReceiptClaims) => Promise<{ status?: number; receipt: string }>;
  const own = (claims: object) => core.globex.sign(claims);

  it.each<[string, Lie]>([
    ['home’s receipt of an earlier change', async (earlier) => ({ receipt: earlier })],
    ['a receipt of its own', async (_, claims) => ({ receipt: await own({ ...claims, iss: core.globex.kmsHost }) })],
    ['a receipt of its own in home’s name', async (_, claims) => ({ receipt: await own(claims) })],
    ['no receipt at all', async () => ({ receipt: 'e30.e30.AA' })],
    [
      'a refusal of its own',
      async (_, claims) => ({
        status: 403,
        receipt: await own({ ...claims, status: 403, code: 'kms/not-authorized' }),
      }),
    ],
  ])('passes on %s: not believed, logged, and home’s word decides', async (_, lie) => {
    const { alice, grace, roomId } = await shared();
    const [hugo, wesker] = [await of(core.globex), await of(core.globex)];
    const earlier = receiptOf((await grace.add(roomId, hugo.person.id)).body);
    const before = logged('receipt.refused').length;
    core.globex.lie = (truth) => lie(earlier, parseReceipt(truth.receipt).claims);
    const events = await alice.connect();
    const asked = await grace.add(roomId, wesker.person.id);
    expect(asked.status).toBeGreaterThanOrEqual(400);
    expect(logged('receipt.refused').slice(before)).toEqual([
      expect.objectContaining({ kmsHost: core.globex.kmsHost }),
    ]);
    // Home made the change, and says so when it is asked.
    await events.until(() =>
      events.activities.some(({ object }) => (object as { id?: string }).id === wesker.person.id),
    );
    expect(await membersOf(alice, roomId)).toEqual(ids(alice, grace, hugo, wesker));
  });

  it('answers what another realm was asked: not heard', async () => {
    const { alice, roomId } = await shared();
    const hugo = await of(core.acme);
    core.acme.behaviour = 'silent';
    core.acme.received.length = 0;
    const asked = alice.add(roomId, hugo.person.id);
    await core.acme.until((frame) => frame.type === 'operation');
    const frame = core.acme.received.find((each: CoreFrame) => each.type === 'operation');
    if (frame?.type !== 'operation') throw new Error('no operation');
    const { id, operationId } = frame;
    const claims = {
      iss: core.globex.kmsHost,
      operationId,
      status: 403,
      code: 'kms/not-authorized',
      operation: 'add',
      room: roomId,
      resourceUri: null,
      actor: { id: alice.person.id, organisationId: alice.person.organisationId },
      subjects: [],
      keyUris: [],
      authorizationVersion: null,
      previous: null,
      issuedAt: 1,
    };
    const receipt = (await core.globex.sign(claims)) as never;
    core.globex.tell({ type: 'operation-result', id, operationId, status: 403, reply: null, receipt });
    // What globex says next has been read, so what it said before was, too.
    await core.globex.connect(core.socket);
    core.acme.behaviour = 'apply';
    const truth = await core.acme.resultOf(frame);
    core.acme.tell({ type: 'operation-result', id, operationId, ...truth } as never);
    expect((await asked).status).toBe(200);
    expect(await membersOf(alice, roomId)).toEqual(expect.arrayContaining(ids(hugo)));
  });
});

describe('a hostile home', () => {
  it.each<[string, (claims: ReceiptClaims) => object]>([
    ['at home elsewhere', () => ({ resourceUri: instanceUri(core.globex.kmsHost, 'resources', newId()) })],
    [
      'with keys of another realm',
      ({ keyUris }) => ({ keyUris: [...keyUris, instanceUri(core.globex.kmsHost, 'keys', newId())] }),
    ],
    [
      'with somebody more',
      ({ subjects }) => ({ subjects: [...subjects, { id: newId(), organisationId: core.globex.organisationId }] }),
    ],
  ])('makes a room %s: there is none, and it is logged', async (_, change) => {
    const [alice, grace] = [await of(core.acme), await of(core.globex)];
    const before = logged('receipt.mismatch').length;
    core.acme.lie = async (truth) => {
      const { claims } = parseReceipt(truth.receipt);
      return { receipt: await core.acme.sign({ ...claims, ...change(claims) }) };
    };
    const made = await alice.create(core.acme.newKey(), [grace.person.id]);
    expect(made.status).toBe(409);
    expect(logged('receipt.mismatch').slice(before)).toEqual([expect.objectContaining({ kmsHost: core.acme.kmsHost })]);
    const { body } = await grace.ask<{ items: unknown[] }>('/conversation/api/v1/conversations');
    expect(body.items).toEqual([]);
  });

  it.each<[string, (claims: ReceiptClaims) => object]>([
    ['another room', () => ({ room: newId() })],
    ['another resource', () => ({ resourceUri: instanceUri(core.acme.kmsHost, 'resources', newId()) })],
    ['another person', () => ({ subjects: [{ id: newId(), organisationId: core.acme.organisationId }] })],
    ['another actor', ({ actor }) => ({ actor: { ...actor, organisationId: core.acme.organisationId } })],
    ['another kind of change', () => ({ operation: 'remove' })],
  ])('decides %s than an outsider asked for: nothing changes, and it is logged', async (_, change) => {
    const { alice, grace, roomId } = await shared();
    const hugo = await of(core.globex);
    const before = logged('receipt.mismatch').length;
    core.globex.lie = async (truth) => {
      const { claims } = parseReceipt(truth.receipt);
      return { receipt: await core.acme.sign({ ...claims, ...change(claims) }) };
    };
    expect((await grace.add(roomId, hugo.person.id)).status).toBe(409);
    expect(logged('receipt.mismatch').length).toBe(before + 1);
    expect(await membersOf(alice, roomId)).toEqual(ids(alice, grace));
  });

  it('binds another key than an outsider asked for: neither is live', async () => {
    const { grace, roomId, key } = await shared();
    const own = core.globex.newKey();
    core.globex.lie = async (truth) => {
      const { claims } = parseReceipt(truth.receipt);
      return { receipt: await core.acme.sign({ ...claims, keyUris: [core.acme.newKey()] }) };
    };
    const added = await grace.write(roomId, {
      verb: 'addKey',
      object: { objectType: 'key', uri: own },
      kmsMessage: sealed(),
    });
    expect(added.status).toBe(409);
    const { body } = await grace.room(roomId);
    expect(body.liveKeys?.map(({ uri }) => uri)).toEqual([key]);
  });
});
