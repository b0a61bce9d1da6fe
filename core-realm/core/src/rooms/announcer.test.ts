import { openLog } from '@cloister/logging';
import { newId, type RoomId, type UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { StoredActivity } from '../domain/stored-activity.ts';
import type { Readers } from '../events/readers.ts';
import { Announcer } from './announcer.ts';
import { Rosters } from './rosters.ts';

const roomId = newId<RoomId>();
const [member, removed] = [newId<UserId>(), newId<UserId>()];
const entry = (position: number) => ({ position, roomId, id: newId(), verb: 'leave' }) as unknown as StoredActivity;

const announcerWith = (answers: boolean[], log: StoredActivity[] = []) => {
  const told: { people: UserId[]; count: number }[] = [];
  const retries: (() => void)[] = [];
  const announcer = new Announcer({
    rosters: new Rosters(async () => {
      if (answers.shift() === false) throw new Error('the database is away');
      // Never the version that is asked for, so that each look goes to the database.
      return { version: 0, members: new Set([member]), organisations: [] };
    }),
    organisationOf: () => undefined,
    readers: {
      tell: (people: Iterable<UserId>, events: unknown[]) =>
        void told.push({ people: [...people], count: events.length }),
    } as unknown as Readers,
    log: openLog({ name: 'test', destination: { write: () => true } }),
    now: () => 0,
    later: (run) => void retries.push(run),
    readLog: async () => log,
    changed: () => undefined,
  });
  const again = async () => {
    retries.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { announcer, told, retries, again };
};

it('tells what was committed once the database is back, and whom it removed too (R326)', async () => {
  const { announcer, told, again } = announcerWith([false, false, true]);
  await announcer.announce(roomId, 2, [entry(7)], [removed]);
  expect(told).toEqual([]);
  await again();
  expect(told).toEqual([]);
  await again();
  expect(told).toEqual([{ people: [member, removed], count: 1 }]);
});

it('tells members nothing twice that was told before the next entry meanwhile', async () => {
  const { announcer, told, again, retries } = announcerWith([true, false, true]);
  await announcer.announce(roomId, 1, [entry(6)]);
  await announcer.announce(roomId, 2, [entry(7)], [removed]);
  await announcer.announce(roomId, 3, [entry(8)]);
  await again();
  expect(told.at(-1)).toEqual({ people: [removed], count: 1 });
  expect(retries).toEqual([]);
});

it('tells what was committed without its answer, and nothing that was not (R326)', async () => {
  const [kept, lost] = [entry(7), entry(8)];
  const { announcer, told, again } = announcerWith([true, true], [kept]);
  announcer.perhaps({ roomId, version: 1, entries: [lost] });
  announcer.perhaps({ roomId, version: 2, entries: [kept], also: [removed] });
  await again();
  expect(told).toEqual([]);
  await again();
  expect(told).toEqual([{ people: [member, removed], count: 1 }]);
});
