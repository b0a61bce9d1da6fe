import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloisterError } from '../errors/cloister-error.ts';
import { newId, type RoomId } from '../ids.ts';
import { codeOf, runs } from '../testing/fuzz.ts';
import { room } from '../testing/samples.ts';
import type { Expression } from './expression.ts';
import {
  maxExpressionDepth,
  maxExpressionNodes,
  maxPlanBytes,
  maxPlanRooms,
  maxPlanSlots,
  tokenBytes,
} from './limits.ts';
import { formatPlan, type Plan, parsePlan, planRoomBytes } from './plan.ts';

const list = (count: number) => new Uint8Array(count * tokenBytes).fill(7);

const expressions = (slots: number): fc.Arbitrary<Expression> =>
  fc.letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constant<Expression>(['all']),
      ...(slots === 0 ? [] : [fc.nat({ max: slots - 1 }).map((slot): Expression => ['slot', slot])]),
      fc
        .tuple(
          fc.constantFrom('and' as const, 'or' as const),
          fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
        )
        .map(([kind, inner]): Expression => [kind, ...inner]),
      tie('expression').map((inner): Expression => ['not', inner]),
    ),
  })).expression;

const tokens = fc
  .integer({ min: 1, max: 4 })
  .chain((count) => fc.uint8Array({ minLength: count * tokenBytes, maxLength: count * tokenBytes }));
const plans: fc.Arbitrary<Plan> = fc.nat({ max: 4 }).chain((slots) =>
  fc.record(
    {
      last: fc.boolean(),
      expression: expressions(slots),
      bounds: fc.record({ from: fc.nat(), until: fc.nat() }, { requiredKeys: [] }),
      tellSlots: fc.constant(true as const),
      slots: fc.constant(slots),
      rooms: fc.uniqueArray(
        fc.record({
          roomId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((random) => newId<RoomId>(() => random)),
          generation: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
          slots: fc.array(tokens, { minLength: slots, maxLength: slots }),
        }),
        { maxLength: 4, selector: ({ roomId }) => roomId },
      ),
    },
    { requiredKeys: ['last', 'expression', 'slots', 'rooms'] },
  ),
);

const plan: Plan = {
  last: true,
  expression: ['and', ['or', ['slot', 0], ['slot', 1]], ['not', ['slot', 1]]],
  bounds: { from: 5, until: 9 },
  slots: 2,
  rooms: [{ roomId: room, generation: 3, slots: [list(1), list(2)] }],
};

const readsOrRefuses = (bytes: Uint8Array): void => {
  const before = bytes.slice();
  try {
    const read = parsePlan(bytes);
    expect(parsePlan(formatPlan(read))).toEqual(read);
  } catch (error) {
    expect(error).toBeInstanceOf(CloisterError);
    expect((error as CloisterError).code).toMatch(/^wire\//);
  }
  expect(bytes).toEqual(before);
};

const withHeader = (header: unknown): Uint8Array => {
  const head = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.alloc(7 + head.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt32BE(head.length, 1);
  head.copy(bytes, 5);
  return bytes;
};
const refusedHeader = (header: unknown) => codeOf(() => parsePlan(withHeader(header)));
const nested = (depth: number): Expression => (depth === 1 ? ['all'] : ['not', nested(depth - 1)]);

describe('a plan (wires.md §14)', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(plans, (some) => {
        expect(parsePlan(formatPlan(some))).toEqual(some);
      }),
      runs,
    );
  });

  it('is read in place, and as large as is said before', () => {
    const body = formatPlan(plan);
    expect(parsePlan(body).rooms[0]?.slots.map((slot) => slot.buffer)).toEqual([body.buffer, body.buffer]);
    const empty = formatPlan({ ...plan, rooms: [] });
    expect(body.length - empty.length).toBe(plan.rooms.reduce((sum, some) => sum + planRoomBytes(some), 0));
  });

  it('goes on with one room, and never after the last', () => {
    const goesOn = { ...plan, last: false, goesOn: true } as const;
    expect(parsePlan(formatPlan(goesOn))).toEqual(goesOn);
    const two = [...plan.rooms, ...plan.rooms.map((some) => ({ ...some, generation: 4 }))];
    for (const wrong of [
      { ...goesOn, rooms: [] },
      { ...goesOn, rooms: two },
      { ...goesOn, last: true },
    ]) {
      expect(codeOf(() => formatPlan(wrong))).toBe('wire/invalid-message');
    }
    expect(refusedHeader({ last: false, slots: 0, expression: ['all'], goesOn: true })).toBe('wire/invalid-message');
  });

  it('is refused cut off anywhere, and with anything after its end', () => {
    const body = formatPlan(plan);
    for (let length = 0; length < body.length; length += 1) {
      expect(codeOf(() => parsePlan(body.subarray(0, length)))).toMatch(/^wire\//);
    }
    expect(codeOf(() => parsePlan(Uint8Array.of(...body, 0)))).toBe('wire/invalid-message');
  });

  it('with any bit turned is refused or means what stands there', () => {
    const body = formatPlan(plan);
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const turned = body.slice();
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      readsOrRefuses(turned);
    }
  });

  it('gives a value or a wire error for any bytes, and for any header', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readsOrRefuses), runs);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => readsOrRefuses(withHeader(value))),
      runs,
    );
    fc.assert(
      fc.property(fc.jsonValue(), (expression) => readsOrRefuses(withHeader({ last: true, slots: 2, expression }))),
      runs,
    );
  });

  it('reserves nothing for what a count says and the body does not hold', () => {
    const greedy = Buffer.from(withHeader({ last: true, slots: maxPlanSlots, expression: ['all'] }));
    greedy.writeUInt16BE(maxPlanRooms, greedy.length - 2);
    expect(codeOf(() => parsePlan(greedy))).toBe('wire/invalid-message');
    const long = Buffer.from(formatPlan(plan));
    long.writeUInt32BE(0xffff_ffff, 1);
    expect(codeOf(() => parsePlan(long))).toBe('wire/invalid-message');
  });

  it.each<[string, unknown]>([
    ['no expression', undefined],
    ['an unknown step', ['xor', ['all']]],
    ['a slot that is not there', ['slot', 2]],
    ['a slot before the first', ['slot', -1]],
    ['half a slot', ['slot', 0.5]],
    ['a slot by name', ['slot', '0']],
    ['two slots in one', ['slot', 0, 1]],
    ['all of something', ['all', 1]],
    ['and of nothing', ['and']],
    ['or of nothing', ['or']],
    ['not of two', ['not', ['all'], ['all']]],
    ['an object', { and: [] }],
    ['a word', 'all'],
  ])('is refused with %s for its expression', (_, expression) => {
    expect(refusedHeader({ last: true, slots: 2, expression })).toBe('wire/invalid-message');
  });

  it.each<[string, object]>([
    ['a member that is not documented', { other: 1 }],
    ['a bound that is no time', { bounds: { from: 'today' } }],
    ['a bound of another name', { bounds: { since: 1 } }],
    ['more slots than may be', { slots: maxPlanSlots + 1 }],
    ['no end', { last: 'perhaps' }],
  ])('is refused with %s', (_, more) => {
    const header = { last: true, slots: 2, expression: ['all'] };
    expect(refusedHeader(header)).toBe('nothing thrown');
    expect(refusedHeader({ ...header, ...more })).toBe('wire/invalid-message');
  });

  it('is bounded in depth and in size, whatever is asked', () => {
    const written = (expression: Expression) => codeOf(() => formatPlan({ ...plan, expression }));
    expect(written(nested(maxExpressionDepth))).toBe('nothing thrown');
    expect(parsePlan(formatPlan({ ...plan, expression: nested(maxExpressionDepth) })).expression).toEqual(
      nested(maxExpressionDepth),
    );
    expect(written(nested(maxExpressionDepth + 1))).toBe('wire/too-large');
    const wide = (nodes: number): Expression => [
      'or',
      ...Array.from({ length: nodes - 1 }, (): Expression => ['slot', 1]),
    ];
    expect(written(wide(maxExpressionNodes))).toBe('nothing thrown');
    expect(written(wide(maxExpressionNodes + 1))).toBe('wire/too-large');
  });

  it.each<[string, Partial<Plan>, string]>([
    ['no rooms left out, said', { unsearched: 0 }, 'wire/invalid-message'],
    ['an index twice', { rooms: [...plan.rooms, ...plan.rooms] }, 'wire/invalid-message'],
    ['generation 0', { rooms: [{ roomId: room, generation: 0, slots: [list(1), list(1)] }] }, 'wire/invalid-message'],
    [
      'a room that lacks a slot',
      { rooms: [{ roomId: room, generation: 1, slots: [list(1)] }] },
      'wire/invalid-message',
    ],
    [
      'a slot without a token',
      { rooms: [{ roomId: room, generation: 1, slots: [list(1), list(0)] }] },
      'wire/invalid-message',
    ],
    [
      'too many rooms',
      {
        rooms: Array.from({ length: maxPlanRooms + 1 }, () => ({
          roomId: newId<RoomId>(),
          generation: 1,
          slots: [list(1), list(1)],
        })),
      },
      'wire/too-large',
    ],
    [
      'more than 8 MiB',
      { rooms: [{ roomId: room, generation: 1, slots: [list(1), list(maxPlanBytes / 10)] }] },
      'wire/too-large',
    ],
  ])('is not written with %s', (_, change, code) => {
    expect(codeOf(() => formatPlan({ ...plan, ...change }))).toBe(code);
  });

  it('is not read when it is longer than it may be', () => {
    expect(codeOf(() => parsePlan(new Uint8Array(maxPlanBytes + 1)))).toBe('wire/too-large');
  });
});
