import { receiptHash } from '@cloister/receipts';
import { checkReceiptBinding } from '@cloister/verify';
import type { KmsResponse, UserId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from './testing/test-client.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const { kmsHost } = TestRealm;
const refusal = (code: string) =>
  expect.objectContaining({ response: expect.objectContaining({ cloister: { code } }) });
const applied = (status: number) => expect.objectContaining({ status });

const claimsOf = (receipt: string) => realm.claimsOf(receipt);
const party = ({ person: { id, organisationId } }: TestClient) => ({ id, organisationId });

/** Who stands on the list, moderators with a star. */
const listed = async (client: TestClient, resourceUri: string) => {
  const { authorizations } = await client.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` });
  return new Set(authorizations?.map(starred));
};
const starred = ({ authId, cloister }: NonNullable<KmsResponse['authorizations']>[number]) =>
  cloister?.moderator === true ? `${authId}*` : authId;

/** A room of three: Alice, who made it, Bob and Carol. */
const roomOfThree = async () => {
  const [alice, bob, carol] = [await realm.client(), await realm.client(), await realm.client()];
  const room = await alice.createRoom([bob.person.id, carol.person.id]);
  return { alice, bob, carol, room };
};

describe('moderators (R447)', () => {
  it('are appointed and dismissed by sealed halves, with receipts in the chain, and no key goes stale', async () => {
    const { alice, bob, carol, room } = await roomOfThree();
    const key = await alice.createKey();
    const bind = { method: 'update', uri: key.uri, resourceUri: room.resourceUri };
    await alice.operate(await alice.frame('addKey', bind, { ...room, keyUri: key.uri }));
    const appointed = await alice.appoint(room, alice.person.id, bob.person.id);
    expect(appointed).toMatchObject({
      status: 201,
      response: {
        authorizations: [
          { authId: alice.person.id, cloister: { moderator: true } },
          { authId: bob.person.id, cloister: { moderator: true } },
        ],
        cloister: { authorizationVersion: 2 },
      },
    });
    const first = await claimsOf(appointed.receipt);
    checkReceiptBinding(first, {
      kmsHost,
      operationId: first.operationId,
      operation: 'appoint',
      roomId: room.roomId,
      actor: party(alice),
      subjects: [party(alice), party(bob)],
      resourceUri: room.resourceUri,
    });
    expect(await listed(carol, room.resourceUri)).toEqual(
      new Set([`${alice.person.id}*`, `${bob.person.id}*`, carol.person.id]),
    );
    const dismissed = await bob.dismiss(room, alice.person.id);
    expect(dismissed.response).toMatchObject({ status: 200, authorizations: [{ authId: alice.person.id }] });
    const second = await claimsOf(dismissed.receipt);
    expect(second).toMatchObject({ operation: 'dismiss', subjects: [party(alice)], authorizationVersion: 3 });
    expect(second.previous).toBe(await receiptHash(appointed.receipt));
    const { authorizations } = await carol.ask({ method: 'retrieve', uri: `${room.resourceUri}/moderators` });
    expect(authorizations?.map(starred)).toEqual([`${bob.person.id}*`]);
    // A key bound before is still good to be made live, as after no departure.
    expect(await carol.operate(await carol.frame('updateKey', bind, { ...room, keyUri: key.uri }))).toEqual(
      applied(200),
    );
  });

  it('alone change the list and the moderators, and everybody may leave (R447)', async () => {
    const { alice, bob, carol, room } = await roomOfThree();
    const dave = realm.person();
    await alice.appoint(room, alice.person.id);
    const before = await listed(alice, room.resourceUri);
    for (const result of [
      await bob.add(room, dave.id),
      await bob.remove(room, carol.person.id),
      await bob.remove(room, alice.person.id),
      await bob.remove(room, dave.id),
      await bob.appoint(room, bob.person.id),
      await bob.dismiss(room, alice.person.id),
    ]) {
      expect(result).toEqual(refusal('kms/moderators-only'));
      expect(await claimsOf(result.receipt)).toMatchObject({ status: 403, code: 'kms/moderators-only', subjects: [] });
    }
    expect(await listed(alice, room.resourceUri)).toEqual(before);
    expect(await bob.remove(room, bob.person.id)).toEqual(applied(200));
    expect(await alice.add(room, dave.id)).toEqual(applied(201));
    expect(await alice.remove(room, carol.person.id)).toEqual(applied(200));
    expect(await listed(alice, room.resourceUri)).toEqual(new Set([`${alice.person.id}*`, dave.id]));
  });

  it('are no moderators any more once they left, were removed or dismissed; without one the room is open', async () => {
    const endings: ((room: Parameters<TestClient['add']>[0], alice: TestClient) => Promise<unknown>)[] = [
      (room, alice) => alice.remove(room, alice.person.id),
      (room, alice) => alice.dismiss(room, alice.person.id),
    ];
    for (const end of endings) {
      const { alice, bob, carol, room } = await roomOfThree();
      await alice.appoint(room, alice.person.id);
      expect(await end(room, alice)).toEqual(applied(200));
      expect(await bob.remove(room, carol.person.id)).toEqual(applied(200));
      const back = await bob.add(room, alice.person.id);
      expect(back.status).toBe(201);
      expect(await listed(bob, room.resourceUri)).toEqual(new Set([alice.person.id, bob.person.id]));
    }
  });

  it('come from the list alone, all or nothing', async () => {
    const { alice, bob, room } = await roomOfThree();
    const outsider = realm.person();
    expect(await alice.appoint(room, bob.person.id, outsider.id)).toEqual(refusal('kms/conflict'));
    expect([...(await listed(alice, room.resourceUri))].filter((each) => each.endsWith('*'))).toEqual([]);
  });

  it('appointed or dismissed again change nothing, not even the version', async () => {
    const { alice, bob, room } = await roomOfThree();
    await alice.appoint(room, alice.person.id);
    expect((await alice.appoint(room, alice.person.id)).response?.cloister).toEqual({ authorizationVersion: 2 });
    expect((await alice.dismiss(room, bob.person.id)).response?.cloister).toEqual({ authorizationVersion: 2 });
    expect(await alice.dismiss(room, realm.person().id)).toEqual(applied(200));
  });

  it('of an untied resource are changed by bare messages, under the same rule', async () => {
    const [alice, bob, carol] = [await realm.client(), await realm.client(), realm.person()];
    const resourceUri = await alice.createResource([bob.person.id, carol.id]);
    const appoint = (id: UserId) => ({ method: 'create', uri: `${resourceUri}/moderators`, userIds: [id] });
    expect(await alice.ask(appoint(alice.person.id))).toMatchObject({ status: 201 });
    expect(await bob.ask(appoint(bob.person.id))).toMatchObject({ cloister: { code: 'kms/moderators-only' } });
    const { authorizations } = await bob.ask({
      method: 'retrieve',
      uri: `${resourceUri}/authorizations?authId=${carol.id}`,
    });
    expect(await bob.ask({ method: 'delete', uri: authorizations?.[0]?.uri })).toMatchObject({ status: 403 });
    expect(
      await alice.ask({ method: 'delete', uri: `${resourceUri}/moderators?authId=${alice.person.id}` }),
    ).toMatchObject({ status: 200 });
    expect(await bob.ask({ method: 'delete', uri: authorizations?.[0]?.uri })).toMatchObject({ status: 200 });
  });
});
