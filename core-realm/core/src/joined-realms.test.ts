import { once } from 'node:events';
import { newId, type OrganisationId } from '@cloister/wire';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sealed } from './testing/sealed.ts';
import { TestCore } from './testing/test-core.ts';
import { TestRealm } from './testing/test-realm.ts';

let core: TestCore;
let initech: TestRealm;
beforeEach(async () => {
  core = await TestCore.start({ patience: 500 });
  initech = new TestRealm('kms.initech.test', newId<OrganisationId>(), core.identity);
});
afterEach(async () => {
  initech.disconnect();
  await core.end();
});

const state = (change: object = {}) => core.identity.realm({ ...initech.registration, ...change });
const person = () => core.client(core.identity.person(initech.organisationId));
const room = async () => {
  const milton = await person();
  const key = initech.newKey();
  const { status, body } = await milton.create(key, []);
  expect(status).toBe(201);
  return { milton, key, roomId: body.id };
};
/** Whether a link with the present key is taken. */
const isTaken = () =>
  initech.connect(core.socket).then(
    () => true,
    () => false,
  );

it('takes a realm that joined for its link, discovery and receipts, without a restart (R350, R354)', async () => {
  const milton = await person();
  expect(await isTaken()).toBe(false);
  expect((await milton.ask(`/encryption/api/v1/kms/${milton.person.id}`)).status).not.toBe(200);
  await state();
  expect(await isTaken()).toBe(true);
  expect((await milton.ask(`/encryption/api/v1/kms/${milton.person.id}`)).body).toMatchObject({
    kmsCluster: 'kms://kms.initech.test',
  });
  const own = await room();
  // And people of others may be added, and it knows it all after a restart.
  const alice = await core.client();
  const made = await core.room(alice);
  expect((await alice.add(made.roomId, milton.person.id)).status).toBe(200);
  await core.stop();
  await core.start();
  await initech.connect(core.socket);
  expect((await own.milton.room(own.roomId)).status).toBe(200);
});

it('ends the link of a realm that was withdrawn, and takes none', async () => {
  await state();
  const link = await initech.connect(core.socket);
  await room();
  const closed = once(link, 'close');
  await state({ active: false, linkKey: undefined, receiptKey: undefined });
  expect((await closed)[0]).toBe(4401);
  expect(await isTaken()).toBe(false);
});

it('refuses the link key before, and ends what it opened', async () => {
  await state();
  const before = await initech.connect(core.socket);
  await room();
  const closed = once(before, 'close');
  const old = initech.registration.linkKey;
  initech.renewLinkKey();
  expect(await isTaken()).toBe(false);
  await state();
  expect((await closed)[0]).toBe(4401);
  expect(await isTaken()).toBe(true);
  await room();
  expect(initech.registration.linkKey).not.toEqual(old);
});

it('believes what was signed before the receipt key was renewed, and nothing of a key it never had', async () => {
  await state();
  await initech.connect(core.socket);
  const { milton, roomId } = await room();
  const other = await person();
  initech.behaviour = 'apply-silently';
  // Applied and signed, and the answer is lost; whoever asks again is not answered yet.
  const asked = milton.add(roomId, other.person.id);
  await initech.until((frame) => frame.type === 'operation' && frame.subjects.includes(other.person.id));
  initech.behaviour = 'silent';
  await asked;
  expect((await other.room(roomId)).status).toBe(404);
  const earlier = initech.registration.receiptKey;
  initech.renewReceiptKey();
  await state({ earlierReceiptKeys: [earlier] });
  initech.behaviour = 'apply';
  await expect.poll(async () => (await other.room(roomId)).status, { timeout: 20_000 }).toBe(200);
  // Under the new key as well, and with a key that the directory does not name not at all.
  const third = await person();
  expect((await milton.add(roomId, third.person.id)).status).toBe(200);
  initech.renewReceiptKey();
  const fourth = await person();
  expect((await milton.add(roomId, fourth.person.id)).status).toBeGreaterThanOrEqual(400);
  expect((await fourth.room(roomId)).status).toBe(404);
});

it('is nobody else who names itself like a realm of the configuration', async () => {
  const false_ = new TestRealm(core.acme.kmsHost, newId<OrganisationId>(), core.identity);
  await core.identity.realm(false_.registration);
  await expect(false_.connect(core.socket)).rejects.toThrow(/401/);
  const alice = await core.client();
  expect((await alice.create(core.acme.newKey(), [], { kmsMessage: sealed() })).status).toBe(201);
});
