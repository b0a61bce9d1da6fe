import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase, sql } from '@cloister/database';
import { type Activity, type KeyUri, newId, type RoomId, type Work } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../testing/test-client.ts';
import { TestCore } from '../testing/test-core.ts';
import { share, TestMachine } from '../testing/test-machine.ts';

const minute = 60_000;
let core: TestCore;
let db: Database;
/** How far the core's clock is ahead; it never goes back. */
let skew = 0;
let alice: TestClient;
let machine: TestMachine;
let other: TestMachine;
let roomId: RoomId;
let key: KeyUri;

beforeAll(async () => {
  core = await TestCore.start({ now: () => Date.now() + skew });
  core.identity.tokenLife = 12 * 3600;
  db = openDatabase({ ...core.config.database, max: 1, name: 'test' });
  alice = await core.client();
  machine = new TestMachine(core.socket, core.identity.machine(core.acme.organisationId, 'transcoding'));
  other = new TestMachine(core.socket, core.identity.machine(core.acme.organisationId, 'transcoding'));
  key = core.acme.newKey();
  roomId = (await alice.create(key, [])).body.id;
  await core.identity.switch(core.acme.organisationId, 'transcoding', true);
});
afterAll(async () => {
  await db.close();
  await core.end();
});

/** Moves the clock on; whatever identity states then makes its word fresh again. */
const later = async (ms: number) => {
  skew += ms;
  core.identity.person(core.acme.organisationId);
  await core.identity.settled();
};
const shared = async (): Promise<{ entry: Activity; work: Work }> => {
  const { body: entry } = await share(alice, roomId, key);
  const [work, ...more] = await machine.takeWork();
  if (work === undefined || more.length > 0) throw new RangeError(`${more.length} pieces of work beside ${work?.id}`);
  return { entry, work };
};
/** Until what is past was tidied. */
const sweeping = async () => {
  const counting = sql<{ open: number }>`select count(*) as open from function_work where decided_at is null`;
  while ((await db.one(counting)).open > 0);
};
const head = async () => (await alice.room(roomId)).body.head ?? 0;
const said = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body.code];

describe('a lease', () => {
  it('lasts five minutes, then another machine may have the work', async () => {
    const { work } = await shared();
    await later(5 * minute - 1000);
    expect(await other.takeWork()).toEqual([]);
    await later(2000);
    expect(await other.takeWork()).toEqual([work]);
    expect(said(await machine.finish(work.id, { state: 'nothing' }))).toEqual([409, 'core/lease-lost']);
    expect((await other.finish(work.id, { state: 'nothing' })).status).toBe(204);
  });

  it('that ran out while nobody else asked is still good', async () => {
    const { work } = await shared();
    await later(20 * minute);
    expect((await machine.finish(work.id, { state: 'nothing' })).status).toBe(204);
  });

  it('binds: who does not have it may not answer', async () => {
    const { entry, work } = await shared();
    const page = await other.uploadPage(roomId);
    const before = await head();
    for (const result of [other.done(entry, [page]), { state: 'nothing' }, { state: 'failed', code: 'transcoder/x' }]) {
      expect(said(await other.finish(work.id, result))).toEqual([409, 'core/lease-lost']);
    }
    expect(await head()).toBe(before);
    expect((await machine.finish(newId(), { state: 'nothing' })).status).toBe(404);
    expect((await machine.finish(work.id, { state: 'nothing' })).status).toBe(204);
  });

  it('of work that fails is given again after 30 s, 2 min and 10 min, and then no more', async () => {
    const { work } = await shared();
    const failed = { state: 'failed', code: 'transcoder/timeout' };
    for (const pause of [30_000, 120_000, 600_000]) {
      expect((await machine.finish(work.id, failed)).status).toBe(204);
      // A repeat, after an answer that was lost, counts once.
      expect((await machine.finish(work.id, failed)).status).toBe(204);
      await later(pause - 5000);
      expect(await machine.takeWork()).toEqual([]);
      await later(6000);
      expect(await machine.takeWork()).toEqual([work]);
    }
    expect((await machine.finish(work.id, failed)).status).toBe(204);
    expect((await machine.finish(work.id, failed)).status).toBe(204);
    await later(30 * minute);
    expect(await machine.takeWork()).toEqual([]);
  });

  it('of work that failed because the main key is off counts for nothing, however often (R045)', async () => {
    const { work } = await shared();
    const revoked = { state: 'failed', code: 'kms/revoked' };
    const failed = { state: 'failed', code: 'transcoder/timeout' };
    const back = async (result: object, pause: number) => {
      expect((await machine.finish(work.id, result)).status).toBe(204);
      expect((await machine.finish(work.id, result)).status).toBe(204);
      await later(pause - 5000);
      expect(await machine.takeWork()).toEqual([]);
      await later(6000);
      expect(await machine.takeWork()).toEqual([work]);
    };
    for (let again = 0; again < 6; again++) await back(revoked, 30_000);
    // The four attempts of its own, and the key off once more before the last.
    for (const pause of [30_000, 120_000, 600_000]) await back(failed, pause);
    await back(revoked, 30_000);
    expect((await machine.finish(work.id, failed)).status).toBe(204);
    await later(30 * minute);
    expect(await machine.takeWork()).toEqual([]);
  });

  it('of work that nobody ever answers ends after four', async () => {
    const { work } = await shared();
    for (let again = 0; again < 3; again++) {
      await later(6 * minute);
      expect(await machine.takeWork()).toEqual([work]);
    }
    await later(6 * minute);
    expect(await machine.takeWork()).toEqual([]);
    await sweeping();
    expect(said(await machine.finish(work.id, { state: 'nothing' }))).toEqual([409, 'core/lease-lost']);
  });
});

it('pages that would soon be dropped are in no result any more', async () => {
  const { entry, work } = await shared();
  const page = await machine.uploadPage(roomId);
  await later(46 * minute);
  const before = await head();
  expect(said(await machine.finish(work.id, machine.done(entry, [page])))).toEqual([400, 'core/invalid-request']);
  expect(await head()).toBe(before);
  const fresh = await machine.uploadPage(roomId);
  expect((await machine.finish(work.id, machine.done(entry, [fresh]))).status).toBe(204);
});

it('pages that no result ever names are dropped after an hour', async () => {
  const page = await machine.uploadPage(roomId);
  const path = join(core.folder, 'files', page.url.slice(-36, -34), page.url.slice(-36));
  expect(existsSync(path)).toBe(true);
  await later(61 * minute);
  while (existsSync(path)) await alice.ask('/v1/ping');
});
