import { randomBytes } from 'node:crypto';
import { Metrics } from '@cloister/health';
import { newId, type UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import { TestLog } from './testing/test-log.ts';

it('tells in its metrics how large it is and what it did', async () => {
  const log = await TestLog.open();
  const metrics = new Metrics();
  let now = Date.UTC(2026, 10, 22);
  const index = await log.index({ key: randomBytes(32), metrics, now: () => now });
  const roomId = await log.room(newId<UserId>());
  for (let at = 1; at <= 20; at += 1) await log.post(roomId, at);
  const append = (from: number, to: number) =>
    index.append(log.organisationId, [
      { roomId, generation: 1, from, to, documents: [{ position: to, tokens: randomBytes(80) }] },
    ]);
  const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics.render())?.[1]);
  for (let at = 0; at < 15; at += 1) await append(at, at + 1);
  await index.sweep();
  expect([value('search_postings'), value('search_live_batches'), value('search_pages')]).toEqual([120, 15, 0]);
  await append(15, 16);
  await index.sweep();
  expect([value('search_live_batches'), value('search_pages'), value('search_compactions')]).toEqual([0, 1, 1]);
  // A quiet room's batch waits ten minutes.
  await append(16, 17);
  await index.sweep();
  expect(value('search_live_batches')).toBe(1);
  now += 10 * 60_000;
  await index.sweep();
  expect([value('search_live_batches'), value('search_compactions')]).toEqual([0, 2]);
  // What was deleted leaves a quiet room's pages within the hour.
  await log.write(roomId, { verb: 'delete', published: now, target: 3 });
  await index.sweep();
  expect(value('search_postings')).toBe(136);
  now += 3600_000;
  await index.sweep();
  expect(value('search_postings')).toBe(128);
  expect(value('search_append_seconds_count')).toBe(17);
  await log.end();
});
