import type { Activity, CoreFrame, OrganisationId, UserId } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealed } from './testing/sealed.ts';
import { TestCore } from './testing/test-core.ts';
import type { TestRealm } from './testing/test-realm.ts';

let core: TestCore;
beforeAll(async () => {
  core = await TestCore.start();
  await core.globex.connect(core.socket);
});
afterAll(() => core.end());
beforeEach(() => {
  core.acme.behaviour = core.globex.behaviour = 'apply';
  core.acme.received.length = core.globex.received.length = 0;
});

const of = (realm: TestRealm) => core.client(core.identity.person(realm.organisationId));

/** A room of acme's with one of its own people and one of globex. */
const shared = async () => {
  const [alice, grace] = [await of(core.acme), await of(core.globex)];
  return { alice, grace, ...(await core.room(alice, [grace])) };
};

const operations = (realm: TestRealm) =>
  realm.received.filter((frame: CoreFrame) => frame.type === 'operation').map(({ kind }) => kind);
const questions = (realm: TestRealm) =>
  realm.received.filter((frame: CoreFrame) => frame.type === 'operation-status').map(({ kind }) => kind);
const personOf = ({ object }: Activity) => object as unknown as { id: UserId; orgId?: OrganisationId };

describe('a room with people of two organisations', () => {
  it('is made by one of them, each member with the own organisation (R361, R446)', async () => {
    const { alice, grace, created, roomId } = await shared();
    const { body } = await grace.room(roomId);
    expect(body.participants?.items.map(({ id, orgId }) => [id, orgId])).toEqual([
      [alice.person.id, core.acme.organisationId],
      [grace.person.id, core.globex.organisationId],
    ]);
    expect(body.kmsResourceObjectUrl).toBe(created.kmsResourceObjectUrl);
    const [, added] = await grace.history(roomId);
    expect(personOf(added as Activity).orgId).toBe(core.globex.organisationId);
    expect((added?.actor as { orgId?: string } | undefined)?.orgId).toBe(core.acme.organisationId);
  });

  it('sends a change to the asker’s own key server, and believes the receipt of home alone (R362)', async () => {
    const { alice, grace, roomId, resource } = await shared();
    const hugo = await of(core.globex);
    core.acme.received.length = 0;
    const events = await alice.connect();
    const { status, body } = await grace.add(roomId, hugo.person.id);
    expect([status, personOf(body).orgId]).toEqual([200, core.globex.organisationId]);
    expect([operations(core.globex), operations(core.acme)]).toEqual([['add'], []]);
    expect(core.acme.peopleOf(resource)).toContain(hugo.person.id);
    expect((await hugo.room(roomId)).status).toBe(200);
    await events.until(() => events.activities.some(({ verb }) => verb === 'add'));
  });

  it('refuses a receipt that the asker’s own key server signed in place of home', async () => {
    const { grace, roomId } = await shared();
    const hugo = await of(core.globex);
    core.globex.peers.clear();
    expect((await grace.add(roomId, hugo.person.id)).status).toBeGreaterThanOrEqual(400);
    core.globex.peers.add(core.acme);
    expect((await hugo.room(roomId)).status).toBe(404);
  });

  it('asks home what became of a change that it did not hear the end of', async () => {
    const { grace, roomId, resource } = await shared();
    const hugo = await of(core.globex);
    core.globex.behaviour = 'apply-silently';
    const asked = grace.add(roomId, hugo.person.id).catch(() => undefined);
    await core.globex.until((frame) => frame.type === 'operation');
    await core.kill();
    await asked;
    // The asker's own key server is not there any more; home is.
    core.globex.disconnect();
    await core.start();
    const events = await grace.connect();
    await core.acme.until((frame) => frame.type === 'operation-status');
    const isOfHugo = (activity: Activity) => activity.verb === 'add' && personOf(activity).id === hugo.person.id;
    // It may have been written before she listened.
    if (!(await grace.history(roomId)).some(isOfHugo)) await events.until(() => events.activities.some(isOfHugo));
    expect(core.acme.peopleOf(resource)).toContain(hugo.person.id);
    expect((await hugo.room(roomId)).status).toBe(200);
    expect(questions(core.globex)).toEqual([]);
    await core.globex.connect(core.socket);
  });

  it('takes keys of the asker’s own key server, and of no other', async () => {
    const { alice, grace, roomId, key } = await shared();
    const own = core.globex.newKey();
    expect((await grace.write(roomId, addKey(core.acme.newKey()))).body).toMatchObject({ errorCode: 1400049 });
    expect((await alice.write(roomId, addKey(core.globex.newKey()))).body).toMatchObject({ errorCode: 1400049 });
    expect((await grace.write(roomId, addKey(own))).status).toBe(200);
    expect((await grace.post(roomId, own)).status).toBe(200);
    expect((await grace.post(roomId, key)).status).toBe(200);
    expect((await alice.post(roomId, own)).status).toBe(200);
    const { body } = await alice.room(roomId);
    expect(body.liveKeys?.map(({ uri }) => uri)).toEqual([key, own]);
  });

  it('lets people of either appoint, remove and leave, with all keys stale after a departure (R313)', async () => {
    const { alice, grace, roomId } = await shared();
    const own = core.globex.newKey();
    await grace.write(roomId, addKey(own));
    expect((await grace.appoint(roomId, grace.person.id)).status).toBe(200);
    expect((await alice.add(roomId, (await of(core.globex)).person.id)).body).toMatchObject({
      code: 'core/moderators-only',
    });
    expect((await grace.leave(roomId, alice.person.id)).status).toBe(200);
    const { body } = await grace.room(roomId);
    expect(body.liveKeys?.every(({ stale }) => stale)).toBe(true);
    expect((await alice.room(roomId)).status).toBe(404);
    expect((await grace.leave(roomId, grace.person.id)).status).toBe(200);
  });

  it('is a conversation of two people as well', async () => {
    const [alice, grace] = [await of(core.acme), await of(core.globex)];
    const made = await alice.create(core.acme.newKey(), [grace.person.id], { tags: ['ONE_ON_ONE'] });
    expect(made.status).toBe(201);
    const probe = `/conversation/api/v1/conversations/user/${alice.person.id}`;
    expect((await grace.ask<{ id: string }>(probe)).body.id).toBe(made.body.id);
  });

  it('does not commit a receipt that gives somebody another organisation', async () => {
    const { grace, roomId } = await shared();
    const hugo = core.identity.person(core.globex.organisationId);
    await core.identity.settled();
    core.acme.misplace(hugo.id, core.acme.organisationId);
    expect((await grace.add(roomId, hugo.id)).status).toBe(409);
    const { body } = await grace.room(roomId);
    expect(body.participants?.items.some(({ id }) => id === hugo.id)).toBe(false);
  });
});

const addKey = (uri: string) => ({ verb: 'addKey', object: { objectType: 'key', uri }, kmsMessage: sealed() });
