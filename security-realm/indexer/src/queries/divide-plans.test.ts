import { randomBytes } from 'node:crypto';
import { formatPlan, newId, type PlanRoom, parsePlan, type RoomId, tokenBytes, tokenCount } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RandomSource } from '../tokens/random-source.ts';
import { dividePlans } from './divide-plans.ts';

const runs = Math.ceil(Number(process.env.CLOISTER_RUNS ?? 100) / 4);
const random = new RandomSource(randomBytes);
const slotsOf = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 900_000 })), {
  minLength: 2,
  maxLength: 2,
});

/** Tokens by number, so that none is like another. */
const tokens = (count: number, mark: number): Buffer => {
  const list = Buffer.alloc(count * tokenBytes, mark);
  for (let at = 0; at < count; at += 1) list.writeUInt32BE(at, at * tokenBytes);
  return list;
};

it('rooms of any size come in their order, in plans that fit, with all of their tokens and hardly more', () => {
  fc.assert(
    fc.property(fc.array(slotsOf, { maxLength: 4 }), (counts) => {
      const rooms = counts.map(
        (slots): PlanRoom => ({
          roomId: newId<RoomId>(),
          generation: 1,
          slots: slots.map((count, mark) => tokens(count, mark)),
        }),
      );
      const parts = dividePlans(rooms, random);
      const joined = new Map<RoomId, Buffer[][]>();
      parts.forEach(({ rooms: planned, goesOn }, at) => {
        const last = at === parts.length - 1;
        const plan = parsePlan(formatPlan({ last, goesOn, expression: ['slot', 0], slots: 2, rooms: planned }));
        for (const { roomId, slots } of plan.rooms) {
          joined.set(roomId, [...(joined.get(roomId) ?? []), slots.map((slot) => Buffer.from(slot))]);
        }
        if (goesOn) expect(parts[at + 1]?.rooms[0]?.roomId).toBe(planned[0]?.roomId);
      });
      expect([...joined.keys()]).toEqual(rooms.map(({ roomId }) => roomId));
      for (const { roomId, slots } of rooms) {
        const pieces = joined.get(roomId) ?? [];
        slots.forEach((slot, index) => {
          const whole = Buffer.concat(pieces.map((piece) => piece[index] as Buffer));
          const more = tokenCount(whole) - tokenCount(slot);
          // What a piece lacks is made up by a token that means nothing.
          expect(more === 0 || (tokenCount(slot) < pieces.length && more < pieces.length)).toBe(true);
          if (more === 0) expect(whole.equals(slot)).toBe(true);
          else expect(whole.includes(Buffer.from(slot.subarray(0, tokenBytes)))).toBe(true);
        });
      }
    }),
    { numRuns: runs },
  );
}, 60_000);
