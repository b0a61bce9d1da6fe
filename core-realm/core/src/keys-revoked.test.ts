import { type KeysRevokedFrame, newId, type OrganisationId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient, TestEvents } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';
import { TestMachine } from './testing/test-machine.ts';

let core: TestCore;
let acme: OrganisationId;
let globex: OrganisationId;
beforeAll(async () => {
  core = await TestCore.start();
  await core.globex.connect(core.socket);
  acme = core.acme.organisationId;
  globex = core.globex.organisationId;
});
afterAll(() => {
  core.globex.disconnect();
  return core.end();
});

let epochs = 0;
const frame = (organisationId: OrganisationId, epoch = ++epochs): KeysRevokedFrame => ({
  type: 'keys-revoked',
  id: newId(),
  organisationId,
  epoch,
});
const revokedOf = (events: TestEvents) =>
  events.heard
    .filter(({ data }) => data.eventType === 'encryption.keys_revoked')
    .map(({ data }) => (data.encryption as { organisationId: string }).organisationId);
const heard = (events: TestEvents, count: number) => events.until(() => revokedOf(events).length >= count);
const globexClient = () => core.client(core.identity.person(globex));

const guestIn = async (host: TestClient, guest: TestClient): Promise<void> => {
  const { status } = await host.create(core.acme.newKey(), [guest.person.id]);
  expect(status).toBe(201);
};

describe('a main key that was switched off (docs/wires.md §12)', () => {
  it('is told to the people and machines of its organisation and to who is in a room of it, and to nobody else', async () => {
    const [alice, guest, stranger] = [await core.client(), await globexClient(), await globexClient()];
    await guestIn(alice, guest);
    await core.identity.switch(acme, 'transcoding', true);
    const machine = new TestMachine(core.socket, core.identity.machine(acme, 'transcoding'));
    await core.identity.settled();
    await machine.register();
    const there = await Promise.all([alice, machine, guest, stranger].map((client) => client.connect()));
    const [own, ofMachine, ofGuest, ofStranger] = there as [TestEvents, TestEvents, TestEvents, TestEvents];
    core.acme.tell(frame(acme));
    await Promise.all([heard(own, 1), heard(ofMachine, 1), heard(ofGuest, 1)]);
    // Who hears of the next one has not heard of the last.
    core.globex.tell(frame(globex));
    await Promise.all([heard(ofStranger, 1), heard(ofGuest, 2)]);
    expect([revokedOf(own), revokedOf(ofMachine)]).toEqual([[acme], [acme]]);
    expect([revokedOf(ofGuest), revokedOf(ofStranger)]).toEqual([[acme, globex], [globex]]);
    // Guests bring keys of their own: their hosts hold those.
    await heard(own, 2);
    expect(revokedOf(own)).toEqual([acme, globex]);
  });

  it('is believed of a realm about its own organisations alone', async () => {
    const events = await (await core.client()).connect();
    const watching = await (await globexClient()).connect();
    core.globex.tell(frame(acme), frame(newId<OrganisationId>()), frame(globex));
    await heard(watching, 1);
    core.acme.tell(frame(acme));
    await heard(events, 1);
    expect([revokedOf(events), revokedOf(watching)]).toEqual([[acme], [globex]]);
  });
});
