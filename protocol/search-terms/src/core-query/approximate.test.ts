import type { Expression, RoomId } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../analyse.ts';
import { matches } from '../match/matches.ts';
import { isOperator, type QueryNode } from '../query/query.ts';
import { anyMessage, anyQuery, queryFor, runs } from '../testing/arbitrary.ts';
import { ada, hall, query } from '../testing/samples.ts';
import { type Approximation, approximate } from './approximate.ts';
import { bounds } from './bounds.ts';
import { leafTerms } from './leaf-terms.ts';
import { mayBeIn } from './may-be-in.ts';
import { needsSlots } from './needs-slots.ts';

/** What the core does with an expression. */
const finds = ({ expression, slots }: Approximation, terms: ReadonlySet<string>): boolean => {
  const evaluate = (part: Expression): boolean => {
    if (part[0] === 'slot') return slots[part[1]]?.some((term) => terms.has(term)) ?? false;
    if (part[0] === 'all') return true;
    if (part[0] === 'not') return !evaluate(part[1]);
    const [kind, ...of] = part;
    return kind === 'and' ? of.every(evaluate) : of.some(evaluate);
  };
  return evaluate(expression);
};

const isExact = (node: QueryNode): boolean =>
  isOperator(node) ? node.slice(1).every((part) => isExact(part as QueryNode)) : leafTerms(node).exact;

/** Nothing is in it that neither terms nor a look at the message decide. */
const isTold = (node: QueryNode): boolean =>
  isOperator(node)
    ? node.slice(1).every((part) => isTold(part as QueryNode))
    : !('text' in node) || leafTerms(node).exact;

const asking = anyMessage.chain((seen) => queryFor(seen).map((asked) => ({ seen, asked })));

describe("the core's part of a query", () => {
  it('finds every message that the query finds, and no other where every part is exact (R397)', () => {
    fc.assert(
      fc.property(asking, ({ seen, asked }) => {
        const part = approximate(asked);
        if (part === null || asked === null) throw new Error('a query of something');
        const inIndex = finds(part, new Set(analyse(seen).terms));
        const verdict = matches(asked, seen);
        if (verdict === 'yes') {
          expect(inIndex).toBe(true);
          expect(mayBeIn(asked, seen.roomId)).toBe(true);
          const { from = seen.published, until = seen.published + 1 } = bounds(asked);
          expect(from <= seen.published && seen.published < until).toBe(true);
        } else if (isExact(asked)) expect(inIndex).toBe(false);
      }),
      { numRuns: runs * 20 },
    );
  });

  it('and which slots hold say of a message with files what its words say; only where that is needed (R397)', () => {
    fc.assert(
      fc.property(asking, ({ seen: whole, asked }) => {
        const part = approximate(asked);
        if (part === null || asked === null) throw new Error('a query of something');
        const terms = new Set(analyse(whole).terms);
        const held = part.slots.flatMap((slot, at) => (slot.some((term) => terms.has(term)) ? [at] : []));
        const seen = { ...whole, texts: whole.texts.filter(({ kind }) => kind !== 'file'), unseen: true };
        const verdict = matches(asked, seen, held);
        if (matches(asked, whole) === 'yes') expect(verdict).not.toBe('no');
        else if (isTold(asked)) expect(verdict).toBe('no');
        if (finds(part, terms) && !needsSlots(asked)) expect(verdict).toBe(matches(asked, seen));
      }),
      { numRuns: runs * 20 },
    );
  });

  it('names each slot once and every slot that it lists', () => {
    fc.assert(
      fc.property(anyQuery, (asked) => {
        const { expression, slots } = approximate(asked) ?? { expression: ['all'], slots: [] };
        expect(new Set(slots.map((slot) => JSON.stringify(slot))).size).toBe(slots.length);
        const used = (part: Expression): number[] =>
          part[0] === 'slot' ? [part[1]] : part.slice(1).flatMap((inner) => used(inner as Expression));
        for (const slot of used(expression)) expect(slots[slot]).toBeDefined();
      }),
      { numRuns: runs },
    );
  });
});

it.each([
  ['running', ['slot', 0], [['n:running', 'w:running', 'n:run', 'w:run']]],
  ['"running"', ['slot', 0], [['w:running']]],
  ['会议', ['slot', 0], [['c:会议']]],
  ['会议室', ['and', ['slot', 0], ['slot', 1]], [['c:会议'], ['c:议室']]],
  ['会', ['slot', 0], [['h:会']]],
  ['あ', ['slot', 0], [['o:あ']]],
  ['from:ada has:file', ['and', ['slot', 0], ['slot', 1]], [['has:file'], [`from:${ada}`]]],
  ['"a b" OR "b a"', ['or', ['and', ['slot', 0], ['slot', 1]], ['and', ['slot', 1], ['slot', 0]]], [['w:a'], ['w:b']]],
  // At its ends a phrase can meet longer pieces, which a lone character says nothing of.
  ['あtower', ['slot', 0], [['n:tower', 'w:tower']]],
  ['会tower', ['and', ['slot', 0], ['slot', 1]], [['h:会'], ['n:tower', 'w:tower']]],
  ['1あ2', ['and', ['slot', 0], ['slot', 1], ['slot', 2]], [['n:1', 'w:1'], ['o:あ'], ['n:2', 'w:2']]],
  ['"é-ü"', ['and', ['slot', 0], ['slot', 1]], [['w:é'], ['w:ü']]],
  [
    'é-ü',
    ['and', ['slot', 0], ['slot', 1]],
    [
      ['n:e', 'w:e'],
      ['n:u', 'w:u'],
    ],
  ],
  ['"ประชุม"', ['slot', 0], [['t:ประชุม']]],
  ['"ห้องประชุม"', ['and', ['slot', 0], ['slot', 1]], [['t:ห้อง'], ['t:ประชุม']]],
  ['-"ห้องประชุม"', ['all'], []],
  ['ก', ['slot', 0], [['o:ก']]],
  ['-会议', ['not', ['slot', 0]], [['c:会议']]],
  ['-会议室', ['all'], []],
  ['-"a b"', ['all'], []],
  ['-(x OR "a b")', ['not', ['slot', 0]], [['n:x', 'w:x']]],
  ['NOT NOT x', ['slot', 0], [['n:x', 'w:x']]],
  ['in:hall', ['all'], []],
  ['on:today', ['all'], []],
] as const)('%s is %j of %j', (typed, expression, slots) => {
  expect(approximate(query(typed))).toEqual({ expression, slots });
});

it('bounds a query by its dates', () => {
  const [start, end] = [Date.parse('2026-11-21T23:00:00Z'), Date.parse('2026-11-22T23:00:00Z')];
  expect(bounds(query('x on:today'))).toEqual({ from: start, until: end });
  expect(bounds(query('x (before:today OR on:today)'))).toEqual({ until: end });
  expect(bounds(query('x -before:today'))).toEqual({});
  expect(bounds(query('on:yesterday on:today'))).toEqual({ from: start, until: start });
  expect(bounds(null)).toEqual({});
});

it('leaves out rooms in which nothing can be found', () => {
  const other = '00000000-0000-4000-8000-0000000000a9' as RoomId;
  for (const [typed, here, there] of [
    ['x', true, true],
    ['in:hall', true, false],
    ['-in:hall', false, true],
    ['in:hall in:attic', true, false],
    ['in:hall OR x', true, true],
    ['NOT (in:hall x)', true, true],
    ['NOT (in:hall OR x)', false, true],
  ] as const) {
    expect([mayBeIn(query(typed), hall), mayBeIn(query(typed), other)], typed).toEqual([here, there]);
  }
});
