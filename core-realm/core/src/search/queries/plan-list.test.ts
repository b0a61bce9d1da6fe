import { CloisterError, newId, type Plan, type PlanRoom, type RoomId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { PlanList } from './plan-list.ts';

const [here, there] = [newId<RoomId>(), newId<RoomId>()];
const room = (roomId: RoomId, ...marks: number[]): PlanRoom => ({
  roomId,
  generation: 1,
  slots: marks.map((mark) => Buffer.alloc(10, mark)),
});
const plan = (rooms: readonly PlanRoom[], more: Partial<Plan> = {}): Plan => ({
  last: false,
  expression: ['slot', 0],
  slots: 2,
  rooms,
  ...more,
});
const codeOf = (call: () => void): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof CloisterError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};
const all = async (list: PlanList): Promise<Plan[]> => {
  const plans: Plan[] = [];
  for await (const one of list) plans.push(one);
  return plans;
};

describe('a room in several plans', () => {
  it('is looked for when it is complete, with the tokens of all its parts', async () => {
    const list = new PlanList();
    list.add(plan([room(there, 9, 9)]), 1);
    list.add(plan([room(here, 1, 2)], { goesOn: true }), 1);
    list.add(plan([room(here, 3, 4)], { goesOn: true }), 1);
    expect(list.rooms.map(({ roomId }) => roomId)).toEqual([there]);
    list.add(plan([room(here, 5, 6)], { last: true }), 1);
    const plans = await all(list);
    expect(plans.map(({ rooms }) => rooms.length)).toEqual([1, 0, 0, 1]);
    const tokens = (marks: number[]) => Buffer.concat(marks.map((mark) => Buffer.alloc(10, mark)));
    expect(plans[3]?.rooms[0]).toEqual({ roomId: here, generation: 1, slots: [tokens([1, 3, 5]), tokens([2, 4, 6])] });
  });

  it.each([
    ['another room', [room(there, 1, 2)]],
    ['another generation of it', [{ ...room(here, 1, 2), generation: 2 }]],
    ['no room', []],
    ['it twice', [room(here, 1, 2), room(here, 1, 2)]],
  ])('is refused when %s comes next', (_, rooms) => {
    const list = new PlanList();
    list.add(plan([room(here, 1, 2)], { goesOn: true }), 1);
    expect(codeOf(() => list.add(plan(rooms), 1))).toBe('wire/invalid-message');
  });

  it('is not begun again', () => {
    const list = new PlanList();
    list.add(plan([room(here, 1, 2)], { goesOn: true }), 1);
    list.add(plan([room(here, 1, 2)]), 1);
    expect(codeOf(() => list.add(plan([room(here, 1, 2)]), 1))).toBe('wire/invalid-message');
  });
});
