import { sql } from '@cloister/database';
import { newId, type OrganisationId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestRealm } from '../testing/test-realm.ts';
import { noteMeetings } from './note-meetings.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const noting = () => ({
  kmsHost: realm.kmsHost,
  organisations: [realm.organisationId, realm.sisterOrganisationId],
  status: realm.identity.status,
});
const met = (ownId: OrganisationId) =>
  realm.database.rows(sql<{ id: string; at: Date }>`select organisation_id as id, met_at as at
    from outside_organisation where own_id = ${ownId} order by met_at`);

it('writes down the first time alone, of each organisation served here', async () => {
  const other = newId<OrganisationId>();
  const [first, later] = [new Date('2026-11-22T10:00:00.000Z'), new Date('2026-11-22T11:00:00.000Z')];
  await noteMeetings(noting(), realm.database, [realm.organisationId, other], first);
  await noteMeetings(noting(), realm.database, [realm.organisationId, other, realm.sisterOrganisationId], later);
  expect(await met(realm.organisationId)).toEqual([
    { id: other, at: first },
    { id: realm.sisterOrganisationId, at: later },
  ]);
  expect((await met(realm.sisterOrganisationId)).map(({ at }) => at)).toEqual([later, later]);
  expect(await met(other)).toEqual([]);
});

it('waits for nobody who met before: two changes that share the same go on side by side', async () => {
  const others = [newId<OrganisationId>(), newId<OrganisationId>()];
  const sharing = [realm.organisationId, ...others];
  await noteMeetings(noting(), realm.database, sharing, realm.clock.now);
  await realm.database.transaction(async (one) => {
    await noteMeetings(noting(), one, sharing, realm.clock.now);
    // Would wait for ever for a row that `one` holds.
    await realm.database.transaction(async (two) => {
      await two.execute(sql`set local lock_timeout = '1ms'`);
      await noteMeetings(noting(), two, sharing.toReversed(), realm.clock.now);
    });
  });
});
