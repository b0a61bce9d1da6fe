import type { Activity, Conversation } from '@cloister/wire';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { HttpClient } from '../http/http-client.ts';
import { activity, alice, ben, chloe, keyUri, roomId } from '../testing/log.ts';
import { manualPlatform, settle } from '../testing/manual-platform.ts';
import { CoreRooms } from './core-rooms.ts';
import { RoomBook } from './room-book.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

/** A core's conversation service over one log, which a test makes longer; `listed` runs while a list is on its way. */
const coreWith = (log: Activity[], listed?: () => Promise<void>) => {
  const members = () => {
    const ids = new Set([alice, ben]);
    for (const { verb, object } of log) {
      if (verb === 'add') ids.add(object?.id as typeof ben);
      if (verb === 'leave') ids.delete(object?.id as typeof ben);
    }
    return [...ids];
  };
  const room = (): Conversation => ({
    id: roomId,
    objectType: 'conversation',
    url: 'http://localhost/room',
    created: '2026-11-21T00:00:00.000Z',
    participants: { items: members().map((id) => ({ objectType: 'person', id })) },
    liveKeys: [{ uri: keyUri(1), stale: false, shared: true }],
    activities: { items: log.slice(-1) },
    head: log.length,
    readPosition: 0,
  });
  const asked: string[] = [];
  const platform = manualPlatform(async (url) => {
    const { pathname, searchParams } = new URL(url);
    asked.push(pathname.slice(pathname.lastIndexOf('/') + 1));
    const limit = Number(searchParams.get('limit') ?? 200);
    if (pathname.endsWith('/activities')) {
      const before = searchParams.get('before');
      const after = Number(searchParams.get('after') ?? 0);
      const items = before === null ? log.slice(after, after + limit) : log.slice(0, Number(before) - 1).slice(-limit);
      return Response.json({ items });
    }
    if (pathname.endsWith(roomId)) return Response.json(room());
    const page = { items: members().includes(alice) ? [room()] : [] };
    await listed?.();
    return Response.json(page);
  });
  const http = new HttpClient({ platform, token: async () => 't', refused: () => {} });
  const changes: string[] = [];
  const book = new RoomBook({
    platform,
    core: new CoreRooms(http, async () => 'http://localhost/conversation/api/v1'),
    me: alice,
    pin: (_id, named) => named,
    met: () => {},
    changed: () => {},
    membershipChanged: (id) => void changes.push(id),
  });
  return { book, changes, platform, asked };
};

const said = (position: number): Activity =>
  position % 7 === 0
    ? activity(position, { verb: 'add', object: { objectType: 'person', id: chloe } })
    : position % 7 === 3
      ? activity(position, { verb: 'leave', object: { objectType: 'person', id: chloe } })
      : activity(position);
const gapless = (positions: number[]) => expect(positions).toEqual(positions.map((_, at) => (positions[0] ?? 0) + at));

it('ends with the same room, whatever order events come in, some twice and some never', async () => {
  const plan = fc
    .integer({ min: 1, max: 60 })
    .chain((length) =>
      fc
        .array(fc.integer({ min: 1, max: length }), { minLength: 1, maxLength: 80 })
        .map((order) => ({ length, order })),
    );
  await fc.assert(
    fc.asyncProperty(plan, async ({ length, order }) => {
      const log: Activity[] = [said(1)];
      const { book } = coreWith(log);
      await book.syncAll();
      await book.newest(roomId);
      for (let position = 2; position <= length; position += 1) log.push(said(position));
      // All at once, as a burst of events does.
      await Promise.all(order.map((position) => book.apply(roomId, said(position))));
      await book.sync(roomId);
      await settle();
      const room = book.get(roomId);
      expect(room?.head).toBe(length);
      expect(room?.window.entries).toHaveLength(length);
      gapless(room?.window.entries.map(({ position }) => position) ?? []);
      const last = [...log].reverse().find(({ verb }) => verb === 'add' || verb === 'leave');
      expect(room?.people.has(chloe)).toBe(last?.verb === 'add');
    }),
    { numRuns: Math.min(numRuns, 60) },
  );
});

it('asks once for a room that it hears of by many entries at first', async () => {
  const log = [1, 2, 3].map((position) => activity(position));
  const { book, asked } = coreWith(log);
  await Promise.all(log.map((entry) => book.apply(roomId, entry)));
  expect(book.get(roomId)?.head).toBe(3);
  expect(asked).toEqual([roomId]);
});

it('waits a moment for the events before the answer to its own request', async () => {
  const log = [activity(1)];
  const { book, asked } = coreWith(log);
  await book.syncAll();
  log.push(activity(2), activity(3), activity(4));
  asked.length = 0;
  const answered = book.applyAnswer(roomId, activity(4));
  await settle();
  expect(book.get(roomId)?.head).toBe(1);
  await book.apply(roomId, activity(2));
  await book.apply(roomId, activity(3));
  await answered;
  expect(book.get(roomId)?.head).toBe(4);
  expect(asked).toEqual([]);
});

it('asks for what is before the answer to its own request when the events do not come', async () => {
  const log = [activity(1)];
  const { book, asked, platform } = coreWith(log);
  await book.syncAll();
  log.push(activity(2), activity(3));
  asked.length = 0;
  const answered = book.applyAnswer(roomId, activity(3));
  await platform.advance(1_000);
  await answered;
  expect(book.get(roomId)?.head).toBe(3);
  expect(asked).toEqual(['activities']);
});

it('tells when somebody came or went, and only then', async () => {
  const log = [activity(1)];
  const { book, changes } = coreWith(log);
  await book.syncAll();
  log.push(activity(2));
  await book.apply(roomId, activity(2));
  await book.syncAll();
  expect(changes).toEqual([]);
  const joins = activity(3, { verb: 'add', object: { objectType: 'person', id: chloe } });
  log.push(joins);
  await book.apply(roomId, joins);
  expect(changes).toEqual([roomId]);
});

it('asks for a room it hears of first', async () => {
  const log = [activity(1), activity(2)];
  const { book } = coreWith(log);
  await book.apply(roomId, activity(2));
  expect(book.get(roomId)?.head).toBe(2);
});

it('lets go of a room its person left or was removed from', async () => {
  const log = [activity(1)];
  const { book } = coreWith(log);
  await book.syncAll();
  await book.apply(roomId, activity(2, { verb: 'leave', object: { objectType: 'person', id: alice } }));
  expect(book.all()).toEqual([]);
});

it('keeps its place in the past while new entries come in, and finds back without a hole', async () => {
  const log = Array.from({ length: 400 }, (_, at) => activity(at + 1));
  const { book } = coreWith(log);
  await book.syncAll();
  await book.around(roomId, 120);
  const before = book.get(roomId)?.window.entries;
  log.push(activity(401));
  await book.apply(roomId, activity(401));
  expect(book.get(roomId)?.window.entries).toEqual(before);
  expect(book.get(roomId)?.head).toBe(401);
  for (let page = 0; page < 4; page += 1) await book.newer(roomId);
  const positions = book.get(roomId)?.window.entries.map(({ position }) => position) ?? [];
  gapless(positions);
  expect(positions.at(-1)).toBe(401);
});

it('moves the read marker forwards only, also from another device', async () => {
  const log = [activity(1), activity(2), activity(3)];
  const { book } = coreWith(log);
  await book.syncAll();
  const marker = (readPosition: number): Activity => {
    const { position: _position, ...rest } = activity(9, { verb: 'acknowledge', readPosition });
    return rest;
  };
  await book.apply(roomId, marker(2));
  expect(book.get(roomId)?.readPosition).toBe(2);
  await book.apply(roomId, marker(1));
  book.read(roomId, 99);
  expect(book.get(roomId)?.readPosition).toBe(3);
});

it('keeps a room that it was added to while the list of rooms was on its way', async () => {
  const log: Activity[] = [activity(1), activity(2, { verb: 'leave', object: { objectType: 'person', id: alice } })];
  const { book } = coreWith(log, async () => {
    log.push(activity(3, { verb: 'add', object: { objectType: 'person', id: alice } }));
    await book.apply(roomId, log[2] as Activity);
  });
  await book.syncAll();
  expect(book.get(roomId)?.head).toBe(3);
});

it.each([true, false])(
  'loses a room that it was removed from while the list was on its way (known before: %s)',
  async (known) => {
    const log: Activity[] = [activity(1)];
    let lists = known ? 0 : 1;
    const { book } = coreWith(log, async () => {
      lists += 1;
      if (lists === 1) return;
      log.push(activity(2, { verb: 'leave', object: { objectType: 'person', id: alice } }));
      await book.apply(roomId, log[1] as Activity);
    });
    if (known) await book.syncAll();
    await book.syncAll();
    expect(book.get(roomId)).toBeUndefined();
    log.push(activity(3, { verb: 'add', object: { objectType: 'person', id: alice } }));
    await book.apply(roomId, log[2] as Activity);
    expect(book.get(roomId)?.head).toBe(3);
  },
);

it('keeps a room that it was removed from and added to again while the list was on its way', async () => {
  const log: Activity[] = [activity(1)];
  let lists = 0;
  const { book } = coreWith(log, async () => {
    lists += 1;
    if (lists === 1) return;
    log.push(activity(3, { verb: 'add', object: { objectType: 'person', id: alice } }));
    await book.apply(roomId, log[2] as Activity);
  });
  await book.syncAll();
  log.push(activity(2, { verb: 'leave', object: { objectType: 'person', id: alice } }));
  await book.syncAll();
  expect(book.get(roomId)?.head).toBe(3);
});
