import { CloisterError, defaultMaxBytes, readJson } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText, runs } from '../testing/arbitrary.ts';
import { ada, asked, attic, bob, hall, query } from '../testing/samples.ts';
import { parseQuery } from './parse-query.ts';
import { parseResolvedQuery } from './parse-resolved-query.ts';
import type { Query } from './query.ts';
import { resolve } from './resolve.ts';

const word = (text: string) => ({ text, quoted: false });
const phrase = (text: string) => ({ text, quoted: true });
const day = (date: string) => Date.parse(date) - 3_600_000;

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return error instanceof CloisterError ? error.code : 'another error';
  }
  return undefined;
};

const table: readonly (readonly [string, Query])[] = [
  ['toString', word('toString')],
  ['constructor OR __proto__', ['or', word('constructor'), word('__proto__')]],
  ['a', word('a')],
  ['a b', ['and', word('a'), word('b')]],
  ['a\u3000b\u0085c', ['and', word('a'), word('b'), word('c')]],
  ['a OR b', ['or', word('a'), word('b')]],
  ['a or b', ['and', word('a'), word('or'), word('b')]],
  ['a AND b', ['and', word('a'), word('AND'), word('b')]],
  ['a|b｜c', ['or', word('a'), word('b'), word('c')]],
  ['a OR b c', ['or', word('a'), ['and', word('b'), word('c')]]],
  ['(a OR b) c', ['and', ['or', word('a'), word('b')], word('c')]],
  ['（a OR b） c', ['and', ['or', word('a'), word('b')], word('c')]],
  ['(a', word('a')],
  ['a) b', ['and', word('a'), word('b')]],
  ['((a) (b))', ['and', word('a'), word('b')]],
  ['-a', ['not', word('a')]],
  ['－a', ['not', word('a')]],
  ['--a', ['not', word('a')]],
  ['- a', word('a')],
  ['a-b', word('a-b')],
  ['a -', word('a')],
  ['-(a b)', ['not', ['and', word('a'), word('b')]]],
  ['-"a b"', ['not', phrase('a b')]],
  ['NOT a', ['not', word('a')]],
  ['NOT NOT a', word('a')],
  ['NOT -a', word('a')],
  ['not a', ['and', word('not'), word('a')]],
  ['NOT OR a', word('a')],
  ['a NOT', word('a')],
  ['NOT "!!" a', word('a')],
  ['OR a OR OR b OR', ['or', word('a'), word('b')]],
  ['"OR"', phrase('OR')],
  ['"a b', phrase('a b')],
  ['«a b»', phrase('a b')],
  ['„a b“', phrase('a b')],
  ['a"b c"(d)', ['and', word('a'), phrase('b c'), word('d')]],
  ['from:ada', { from: [ada] }],
  ['FROM：ada', { from: [ada] }],
  ['from:"ada" a', ['and', word('a'), { from: [ada] }]],
  ['from:ada a from:bob', ['and', word('a'), ['or', { from: [ada] }, { from: [bob] }]]],
  ['from:ada in:hall in:attic', ['and', { from: [ada] }, ['or', { in: [hall] }, { in: [attic] }]]],
  ['from:ada -from:bob', ['and', ['not', { from: [bob] }], { from: [ada] }]],
  ['(from:ada) from:bob', ['and', { from: [ada] }, { from: [bob] }]],
  ['from:ada OR from:bob', ['or', { from: [ada] }, { from: [bob] }]],
  ['from: ada', word('ada')],
  ['has:Image', { has: 'image' }],
  ['has:foo', word('has:foo')],
  ['has:', null],
  ['http://x', word('http://x')],
  ['size:3', word('size:3')],
  ['before:2026-11-22', { sent: { until: day('2026-11-22') } }],
  ['after:2026-11-22', { sent: { from: day('2026-11-23') } }],
  ['on:2026-11-22', { sent: { from: day('2026-11-22'), until: day('2026-11-23') } }],
  ['on:２０２６－１１－２２', { sent: { from: day('2026-11-22'), until: day('2026-11-23') } }],
  ['on:today', { sent: { from: day('2026-11-22'), until: day('2026-11-23') } }],
  ['on:Yesterday', { sent: { from: day('2026-11-21'), until: day('2026-11-22') } }],
  ['on:2026-02-30', word('on:2026-02-30')],
  ['on:0000-01-01', word('on:0000-01-01')],
  ['on:9999-12-31', word('on:9999-12-31')],
  ['a\0b', word('a b')],
  ['a\ud800', word('a\ufffd')],
];

it.each(table)('%j is read as %j', (typed, expected) => {
  expect(query(typed)).toEqual(expected);
  expect(parseResolvedQuery(JSON.stringify(query(typed)))).toEqual(expected);
});

describe('bounds', () => {
  it.each([
    ['x'.repeat(1024), undefined],
    ['😀'.repeat(1024), undefined],
    ['x'.repeat(1025), 'search/too-long'],
    ['x '.repeat(64), undefined],
    ['x '.repeat(65), 'search/too-many-parts'],
    ['! '.repeat(65), 'search/too-many-parts'],
    [`${'('.repeat(8)}x${')'.repeat(8)}`, undefined],
    ['('.repeat(9), 'search/too-deep'],
    ['('.repeat(1024), 'search/too-deep'],
    [')'.repeat(1024), undefined],
    ['NOT '.repeat(250), undefined],
    ['-'.repeat(1024), undefined],
    ['"'.repeat(128), undefined],
    ['() '.repeat(300), undefined],
  ])('%j', (typed, code) => {
    expect(codeOf(() => parseQuery(typed, asked))).toBe(code);
  });

  it('reads every text that is small enough, and its JSON is a resolved query', () => {
    fc.assert(
      fc.property(anyText(40), (typed) => {
        const code = codeOf(() => {
          const { root, tokens } = parseQuery(typed, asked);
          let at = 0;
          for (const { span } of tokens) {
            expect(typed.slice(at, span.start)).toMatch(/^\p{White_Space}*$/u);
            at = span.end;
          }
          expect(typed.slice(at)).toMatch(/^\p{White_Space}*$/u);
          const resolved = resolve({ root, tokens }, { people: () => [ada], rooms: () => [hall] });
          if ('unknown' in resolved) throw new Error('everybody is known');
          expect(parseResolvedQuery(JSON.stringify(resolved.query))).toEqual(resolved.query);
        });
        expect([undefined, 'search/too-deep', 'search/too-many-parts']).toContain(code);
      }),
      { numRuns: runs * 10 },
    );
  });

  it('fits the deepest query into a request', () => {
    let typed = 'a -b';
    for (let level = 0; level < 8; level += 1) typed = `x -(${typed}) OR y`;
    const deepest = query(`${typed} from:ada from:bob`);
    expect(readJson(JSON.stringify({ query: deepest }), defaultMaxBytes)).toEqual({ query: deepest });
    expect(parseResolvedQuery(deepest)).toEqual(deepest);
  });

  it('knows no time zone of Mars', () => {
    expect(codeOf(() => parseQuery('a', { ...asked, timeZone: 'Mars/Olympus' }))).toBe('search/unknown-time-zone');
  });
});

describe('names', () => {
  it('says which nobody has, and where they stand', () => {
    const parsed = parseQuery('x from:eve OR -in:"the moon" from:ada', asked);
    const found = resolve(parsed, { people: (name) => (name === 'ada' ? [ada] : []), rooms: () => [] });
    expect(found).toEqual({
      unknown: [
        { filter: 'from', name: 'eve', span: { start: 2, end: 10 } },
        { filter: 'in', name: 'the moon', span: { start: 15, end: 28 } },
      ],
    });
  });

  it('takes all whom a name may mean', () => {
    const found = resolve(parseQuery('from:a', asked), { people: () => [ada, bob], rooms: () => [] });
    expect(found).toEqual({ query: { from: [ada, bob] } });
  });
});

describe('a resolved query', () => {
  const nested = (depth: number): unknown => (depth === 0 ? word('a') : ['not', nested(depth - 1)]);

  it.each([
    [undefined, 'wire/invalid-message'],
    ['x', 'wire/invalid-json'],
    [[], 'wire/invalid-message'],
    [['and'], 'wire/invalid-message'],
    [['xor', word('a')], 'wire/invalid-message'],
    [['not', word('a'), word('b')], 'wire/invalid-message'],
    [{ text: 'a' }, 'wire/invalid-message'],
    [{ ...word('a'), more: 1 }, 'wire/invalid-message'],
    [word('!!'), 'wire/invalid-message'],
    [word('x'.repeat(1025)), 'search/too-long'],
    [['and', word('x'.repeat(1024)), word('x')], 'search/too-long'],
    [
      ['and', ['and', ...Array.from({ length: 40 }, () => word('a'))], ...Array.from({ length: 40 }, () => word('a'))],
      'search/too-many-parts',
    ],
    [['and', ...Array.from({ length: 100 }, () => word('a'))], 'wire/invalid-message'],
    [nested(28), undefined],
    [nested(29), 'search/too-deep'],
    [nested(200), 'wire/invalid-message'],
    [{ from: [] }, 'wire/invalid-message'],
    [{ from: ['ada'] }, 'wire/invalid-message'],
    [{ in: Array.from({ length: 1025 }, () => hall) }, 'wire/invalid-message'],
    [{ has: 'money' }, 'wire/invalid-message'],
    [{ sent: { from: 1.5 } }, 'wire/invalid-message'],
    [{ sent: { from: 8.65e15 } }, 'wire/invalid-message'],
    [{ sent: { from: null } }, 'wire/invalid-message'],
  ])('%j', (value, code) => {
    expect(codeOf(() => parseResolvedQuery(value))).toBe(code);
  });

  it('is refused in no other way, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.string(), fc.anything()), (value) => {
        expect(codeOf(() => parseResolvedQuery(value)) ?? 'wire/').toMatch(/^(wire|search)\//);
      }),
      { numRuns: runs },
    );
  });
});
