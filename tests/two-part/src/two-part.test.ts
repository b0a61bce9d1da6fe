import { sql } from '@cloister/database';
import { openModelTest } from '@cloister/testkit/model';
import type { Scheduler } from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check, snapshot } from './check.ts';
import { happenings } from './commands.ts';
import { plantedFaults } from './planted.ts';
import { Run } from './run.ts';
import { World } from './testing/world.ts';

// Core and key server as they are, on real databases, joined by a link that loses, doubles, delays and reorders frames;
// five people who do what they like; crashes at any statement of either. Whatever happens, both halves end as one.

let world: World;
let stopWatching: () => void;
beforeAll(async () => {
  world = await World.open();
  stopWatching = world.busy.watchCryptography();
});
afterAll(async () => {
  stopWatching();
  await world.close();
});

/** What people were told, over all runs: a test in which nothing is ever done would find nothing. */
const told = new Map<string, number>();

/** Set while a run is on: what it leaves when it fails is cleared away before the next. */
let isDirty = false;

const begin = async (scheduler: Scheduler): Promise<Run> => {
  if (isDirty) await world.restart();
  isDirty = true;
  for (const { id } of world.people) {
    if (world.core.feed.directory.person(id)?.active !== true)
      world.feed.state({ id, organisationId: world.organisationId }, true);
  }
  for (const { feed } of [world.core, world.kms]) feed.hear(world.clock.now);
  await world.prepare();
  const run = new Run(world, scheduler);
  await scheduler.waitAll();
  await run.create(run.person(0), [run.person(1).id, run.person(2).id]);
  await world.busy.quiet();
  await scheduler.waitAll();
  return run;
};

const end = async (run: Run): Promise<void> => {
  await run.settle();
  await check(run);
  const before = await snapshot(run);
  for (const index of [0, 3, 5, 8]) run.link.repeat(index, index % 2 === 0);
  await run.replayDecided(4);
  await run.settle();
  expect(await snapshot(run)).toEqual(before);
  const ids = run.rooms.map(({ id }) => id);
  await world.kms.real.execute(sql`delete from resource_authorization where resource_id in (
    select resource_id from resource where room_id = any(${ids}::uuid[]))`);
  run.link.close();
  for (const { kind, told: answer } of run.asked)
    told.set(`${kind} ${answer}`, (told.get(`${kind} ${answer}`) ?? 0) + 1);
  isDirty = false;
};

const { numRuns, timeout, holds, planted } = openModelTest({
  happenings,
  begin,
  end,
  quiet: () => world.busy.quiet(),
});

it('core and key server come to the same end whatever people do, whatever gets lost and wherever they die (R312, R320-R328, R332, R333)', {
  timeout,
}, async () => {
  await holds();
  if (numRuns < 100) return;
  const kinds = ['create', 'add', 'remove', 'appoint', 'dismiss', 'updateKey', 'addKey'];
  expect(kinds.filter((kind) => !told.has(`${kind} done`) || !told.has(`${kind} refused`))).toEqual([]);
});

it.each(plantedFaults)('finds $name (R326)', { timeout: planted.timeout }, async ({ plant }) => {
  const takeOut = await plant(world);
  try {
    expect(await planted.isFound()).toBe(true);
  } finally {
    isDirty = true;
    await takeOut();
  }
});
