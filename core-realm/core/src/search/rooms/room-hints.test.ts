import { newId, type RoomId } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RoomHints } from './room-hints.ts';

const rooms = Array.from({ length: 5 }, () => newId<RoomId>());
const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };

it('tells every reader of every room that changed after its last look', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), room: fc.nat({ max: 4 }) }),
    fc.record({
      kind: fc.constant('read' as const),
      reader: fc.nat({ max: 1 }),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const hints = new RoomHints();
      const cursors = [0, 0];
      const due = [new Set<RoomId>(), new Set<RoomId>()];
      const read = (reader: number, limit: number) => {
        const found = hints.after(cursors[reader] ?? 0, limit);
        for (const room of found?.rooms ?? []) due[reader]?.delete(room);
        cursors[reader] = found?.next ?? 0;
        return found?.rooms.length ?? 0;
      };
      for (const some of steps) {
        if (some.kind === 'read') read(some.reader, some.limit);
        else {
          const room = rooms[some.room] as RoomId;
          hints.add(room);
          for (const each of due) each.add(room);
        }
      }
      for (const reader of [0, 1]) {
        while (read(reader, 3) > 0);
        expect([...(due[reader] ?? [])]).toEqual([]);
      }
    }),
    runs,
  );
});

it('names a room that is written again and again once until somebody was told', () => {
  const hints = new RoomHints();
  for (let count = 0; count < 10; count += 1) hints.add(rooms[0] as RoomId);
  expect(hints.head).toBe(1);
  expect(hints.after(0, 10)).toEqual({ rooms: [rooms[0]], next: 1 });
  hints.add(rooms[0] as RoomId);
  expect(hints.after(1, 10)).toEqual({ rooms: [rooms[0]], next: 2 });
});

it('says when it has forgotten what a reader would need, and never knows what is to come', () => {
  const hints = new RoomHints();
  for (let count = 0; count <= 100_000; count += 1) hints.add(newId<RoomId>());
  expect(hints.after(0, 1)).toBeUndefined();
  expect(hints.after(50_000, 1)?.next).toBe(50_001);
  expect(hints.after(100_002, 1)).toBeUndefined();
});
