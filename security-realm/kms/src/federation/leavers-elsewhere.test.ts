import { receiptHash } from '@cloister/receipts';
import { leaverOperationId } from '@cloister/verify';
import { newId, type ResourceUri } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Kms } from '../index.ts';
import { CLAIM_MS } from '../leavers/remove-elsewhere.ts';
import type { TestClient } from '../testing/test-client.ts';
import type { TestRealm } from '../testing/test-realm.ts';
import type { Route } from './http/route.ts';
import { claimDuePlaces } from './store/foreign-place-row.ts';
import { TestRealms } from './testing/test-realms.ts';

let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let umbrella: TestRealm;

beforeAll(async () => {
  realms = await TestRealms.open('acme', 'globex', 'umbrella');
  [acme, globex, umbrella] = realms.all as [TestRealm, TestRealm, TestRealm];
}, 120_000);
beforeEach(() => {
  realms.asked.length = 0;
});
afterEach(() => {
  realms.mend();
  acme.identity.isSilent = false;
});
afterAll(() => realms.close());

type Room = { readonly resourceUri: ResourceUri };

const party = ({ person }: TestClient) => ({ id: person.id, organisationId: person.organisationId });
const listed = async (client: TestClient, { resourceUri }: Room) =>
  (await client.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` })).authorizations?.map((a) => a.authId);
const asked = (path: string) => realms.asked.filter((each) => each.endsWith(path));

/** What the core is told by home, a removal after the other, each written down by it. */
const told = async () => {
  const all: Awaited<ReturnType<Kms['takeRemovals']>> = [];
  for (;;) {
    const some = await acme.kms.takeRemovals({ limit: 50, all: true });
    if (some.length === 0) return all;
    all.push(...some);
    for (const { operationId } of some) await acme.kms.removalRecorded(operationId);
  }
};

/** A room of Alice of Acme with Ken of Globex in it, of which Globex has heard. */
const setting = async () => {
  const [alice, ken] = [await acme.client(), await globex.client()];
  const room = await alice.createRoom([ken.person.id]);
  await acme.kms.tellPeers();
  return { alice, ken, room };
};

/** Every time that a home out of reach is waited for passes. */
const wait = () => acme.pass(11 * 60_000);

describe('a person who leaves their organisation (R332, R362)', () => {
  it('is removed by home from every list there, as one of its own, at the word of their own key server', async () => {
    const [alice, ken] = [await acme.client(), await globex.client()];
    const key = await alice.createKey();
    const moderated = await alice.createRoom([ken.person.id], [key.uri]);
    const appointed = await alice.appoint(moderated, alice.person.id);
    const untied = { resourceUri: await alice.createResource([ken.person.id]) };
    await acme.kms.tellPeers();
    const admin = globex.person();
    const entry = globex.identity.deactivate(ken.person, admin);
    expect(await globex.kms.removalsElsewhere()).toBe(2);
    expect(await globex.kms.removeElsewhere()).toBe(2);
    expect(await globex.kms.removalsElsewhere()).toBe(0);
    for (const place of [moderated, untied]) expect(await listed(alice, place)).toEqual([alice.person.id]);
    // A resource that no room has is cleared without the core.
    const [removal, ...more] = await told();
    expect(more).toEqual([]);
    const { resourceUri, roomId } = moderated;
    const operationId = leaverOperationId({ personId: ken.person.id, resourceUri, entry });
    expect(removal).toMatchObject({ operationId, roomId, resourceUri, subject: party(ken) });
    expect(await acme.claimsOf(removal?.receipt ?? '')).toMatchObject({
      iss: acme.kmsHost,
      operation: 'remove',
      operationId,
      actor: { id: admin.id, organisationId: globex.organisationId },
      subjects: [party(ken)],
      leaver: { entry },
      authorizationVersion: 3,
      previous: await receiptHash(appointed.receipt),
    });
    // Keys bound before are no good for posting any more (R333).
    const bind = { method: 'update', uri: key.uri, resourceUri };
    const again = await alice.operate(await alice.frame('addKey', bind, { ...moderated, keyUri: key.uri }));
    expect(again.response).toMatchObject({ cloister: { code: 'kms/conflict' } });
  });

  it('is removed also from a room that nobody of theirs ever opened, and from one of a third realm', async () => {
    const [alice, ken, wesker] = [await acme.client(), await globex.client(), await umbrella.client()];
    const room = await alice.createRoom([wesker.person.id]);
    const added = await wesker.add(room, ken.person.id);
    expect(added.status).toBe(201);
    const theirs = await wesker.createRoom([ken.person.id]);
    await Promise.all([acme.kms.tellPeers(), umbrella.kms.tellPeers()]);
    globex.identity.deactivate(ken.person);
    expect(await globex.kms.removeElsewhere()).toBe(2);
    expect([...((await listed(alice, room)) ?? [])].sort()).toEqual([alice.person.id, wesker.person.id].sort());
    expect(await listed(wesker, theirs)).toEqual([wesker.person.id]);
    await told();
  });

  it('is removed once: what is asked again changes nothing, and nobody else is told', async () => {
    const { alice, ken, room } = await setting();
    globex.identity.deactivate(ken.person);
    const { id, organisationId } = ken.person;
    const { entry = 0 } = globex.identity.status.person(id) ?? {};
    const body = { resourceUri: room.resourceUri, subject: { id, organisationId }, leaver: { entry } };
    for (const _ of [1, 2, 3]) expect(await ask(globex, body)).toEqual({ status: 204 });
    expect(await told()).toHaveLength(1);
    expect(await listed(alice, room)).toEqual([alice.person.id]);
  });

  it('closes the room to other changes until the core has written it (ADR 5)', async () => {
    const { alice, ken, room } = await setting();
    globex.identity.deactivate(ken.person);
    await globex.kms.removeElsewhere();
    const { id } = acme.person();
    const add = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [id] };
    const frame = await alice.frame('add', add, { ...room, subjects: [id] });
    expect(await acme.kms.handleOperation(frame)).toBeNull();
    expect((await alice.add(room, ken.person.id)).status).toBe(403);
    await told();
    expect((await alice.operate(frame)).status).toBe(201);
  });

  it('is removed from the rest once home is reached again, hours later and after both started anew', async () => {
    const { alice, ken, room } = await setting();
    realms.cut(acme, globex);
    globex.identity.deactivate(ken.person);
    expect(await globex.kms.removeElsewhere()).toBe(0);
    // Asked no more often than is of use.
    realms.asked.length = 0;
    expect(await globex.kms.removeElsewhere()).toBe(0);
    expect(realms.asked).toEqual([]);
    for (const _ of Array(20)) {
      wait();
      expect(await globex.kms.removeElsewhere()).toBe(0);
    }
    expect(asked('/removals')).toHaveLength(20);
    await Promise.all([globex.restart(), acme.restart()]);
    realms.mend();
    wait();
    expect(await globex.kms.removeElsewhere()).toBe(1);
    const later = await acme.client(alice.person);
    expect(await listed(later, room)).toEqual([alice.person.id]);
    await told();
  });

  it('is asked for by one node only where several work at once', async () => {
    const { ken } = await setting();
    const second = await (globex.constructor as typeof TestRealm).secondNode(globex);
    globex.identity.deactivate(ken.person);
    const counts = await Promise.all([globex.kms.removeElsewhere(), second.kms.removeElsewhere()]);
    await second.close();
    expect(counts.sort()).toEqual([0, 1]);
    expect(asked('/removals')).toHaveLength(1);
    await told();
  });

  it('is asked for again soon after the node that was to ask died', async () => {
    const { ken } = await setting();
    globex.identity.deactivate(ken.person);
    const { now } = globex.clock;
    const claim = { people: [ken.person.id], now, until: new Date(now.getTime() + CLAIM_MS), most: 1 };
    expect(await claimDuePlaces(globex.database, claim)).toHaveLength(1);
    expect(await globex.kms.removeElsewhere()).toBe(0);
    globex.pass(5_000);
    expect(await globex.kms.removeElsewhere()).toBe(1);
    await told();
  });

  it('keeps the rest of their rooms when they come back before these are done', async () => {
    const { alice, ken, room } = await setting();
    realms.cut(acme, globex);
    const entry = globex.identity.deactivate(ken.person);
    await globex.kms.removeElsewhere();
    globex.identity.reactivate(ken.person);
    realms.mend();
    wait();
    expect(await globex.kms.removeElsewhere()).toBe(0);
    // Nor does what was asked before and arrives late.
    const { resourceUri } = room;
    await expect(ask(globex, { resourceUri, subject: party(ken), leaver: { entry } })).rejects.toMatchObject({
      code: 'kms/conflict',
    });
    const later = await acme.client(alice.person);
    expect([...((await listed(later, room)) ?? [])].sort()).toEqual([alice.person.id, ken.person.id].sort());
    // Leaving once more is another departure.
    globex.identity.deactivate(ken.person);
    expect(await globex.kms.removeElsewhere()).toBe(1);
    await told();
  });

  it('may be added again after they came back', async () => {
    const { alice, ken, room } = await setting();
    globex.identity.deactivate(ken.person);
    await globex.kms.removeElsewhere();
    await told();
    expect((await alice.add(room, ken.person.id)).status).toBe(403);
    globex.identity.reactivate(ken.person);
    expect((await alice.add(room, ken.person.id)).status).toBe(201);
    expect(await globex.kms.removeElsewhere()).toBe(0);
    expect(await listed(alice, room)).toHaveLength(2);
  });

  it('waits while identity is silent, and nothing changes', async () => {
    const { alice, ken, room } = await setting();
    globex.identity.deactivate(ken.person);
    acme.identity.isSilent = true;
    expect(await globex.kms.removeElsewhere()).toBe(0);
    expect(await listed(alice, room)).toHaveLength(2);
    acme.identity.isSilent = false;
    wait();
    expect(await globex.kms.removeElsewhere()).toBe(1);
    await told();
  });
});

const ask = (from: TestRealm, body: unknown, organisationIds = [from.organisationId]) => {
  const route = acme.kms.peerRoutes.find(({ path }) => path.endsWith('/removals')) as Route;
  const peer = { kmsHost: from.kmsHost, organisationIds };
  return route.answer({ peer, body, signal: new AbortController().signal });
};

describe('a hostile key server', () => {
  it('says that somebody left who has not: nothing changes, and the room stays open', async () => {
    const { alice, ken, room } = await setting();
    const { resourceUri } = room;
    for (const entry of [1, 10 ** 9]) {
      await expect(ask(globex, { resourceUri, subject: party(ken), leaver: { entry } })).rejects.toMatchObject({
        code: entry === 1 ? 'kms/conflict' : 'kms/unavailable',
      });
    }
    expect(await told()).toEqual([]);
    expect((await alice.add(room, acme.person().id)).status).toBe(201);
    expect(await listed(alice, room)).toContain(ken.person.id);
  });

  it('speaks of people of another realm, though they left, or of its own as somebody else’s', async () => {
    const { alice, ken, room } = await setting();
    const { resourceUri } = room;
    const entry = globex.identity.deactivate(ken.person);
    const refused = { code: 'kms/not-authorized' };
    const leaver = { entry };
    await expect(ask(umbrella, { resourceUri, subject: party(ken), leaver })).rejects.toMatchObject(refused);
    const lie = { id: ken.person.id, organisationId: umbrella.organisationId };
    await expect(ask(umbrella, { resourceUri, subject: lie, leaver })).rejects.toMatchObject(refused);
    await expect(ask(umbrella, { resourceUri, subject: party(alice), leaver })).rejects.toMatchObject(refused);
    expect(await listed(alice, room)).toHaveLength(2);
    await globex.kms.removeElsewhere();
    await told();
  });

  it('asks who is where: hears the same of a room that is not there as of one without them', async () => {
    const { room } = await setting();
    const stranger = globex.person();
    globex.identity.deactivate(stranger);
    const { id, organisationId } = stranger;
    const subject = { id, organisationId };
    const nowhere = room.resourceUri.replace(/.{8}$/, '00000000');
    for (const resourceUri of [room.resourceUri, nowhere]) {
      expect(await ask(globex, { resourceUri, subject, leaver: { entry: 1 } })).toEqual({ status: 204 });
    }
    const elsewhere = `kms://${umbrella.kmsHost}/resources/${newId()}`;
    await expect(ask(globex, { resourceUri: elsewhere, subject, leaver: { entry: 1 } })).rejects.toMatchObject({
      code: 'kms/not-found',
    });
    expect(acme.identity.questions.flat()).not.toContain(id);
  });
});
