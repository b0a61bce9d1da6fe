import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { activityId, alice, jwe, keyUri, other, resourceUri, room } from '../testing/samples.ts';
import { parseIndexNumbers, parseIndexPage, parsePostingsAnswer, parseRoomsToIndex } from './index-answers.ts';
import { maxGenerations, maxSealedQuery } from './limits.ts';
import { parseQueryRefusal, parseSealedAnswer } from './query-outcome.ts';
import { parseQueriesToPlan, parseQueryRequest } from './query-request.ts';
import { parseResultLine } from './result-line.ts';

const indexed = { roomId: room, resourceUri, head: 7, indexes: [{ generation: 1, position: 5 }] };
const query = { id: other, encryptionKeyUrl: keyUri, sealed: jwe };
const toPlan = { ...query, userId: alice, rooms: [{ roomId: room, generations: [{ generation: 1, position: 5 }] }] };
const activity = {
  id: activityId,
  objectType: 'activity',
  verb: 'post',
  published: '2026-11-22T10:00:00.000Z',
  actor: { id: alice },
  position: 4,
};
const lines = [
  { type: 'items', items: [{ activity, edit: { ...activity, position: 6 }, slots: [0, 4095] }, { activity }] },
  { type: 'reach', rooms: 3, lagging: 1, since: '2026-11-22T10:00:00.000Z', missing: 0 },
  { type: 'answer', sealed: jwe },
  { type: 'end', next: 'abc' },
  { type: 'end' },
  { type: 'failed', code: 'core/search-unavailable' },
];

describe('what indexers hear (wires.md §14)', () => {
  it('is rooms to index, with how far each generation goes', () => {
    expect(parseRoomsToIndex(JSON.stringify({ items: [indexed], next: 'abc' }))).toEqual({
      items: [indexed],
      next: 'abc',
    });
    expect(parseIndexPage({ items: [indexed], next: room })).toEqual({ items: [indexed], next: room });
    expect(parseIndexPage({ items: [] })).toEqual({ items: [] });
  });

  it('is what became of each part of the postings', () => {
    const rooms = [{ roomId: room, generation: 1, position: 9, accepted: false }];
    expect(parsePostingsAnswer({ rooms })).toEqual({ rooms });
  });

  it('is a query that the core cannot read, with the rooms its asker may (R395, R399)', () => {
    expect(parseQueriesToPlan({ items: [toPlan] })).toEqual([toPlan]);
    expect(codeOf(() => parseQueriesToPlan({ items: [{ ...toPlan, sealed: 'from:alice budget' }] }))).toBe(
      'wire/invalid-message',
    );
  });

  it.each([
    ['a room without its resource', { ...indexed, resourceUri: keyUri }],
    ['a generation 0', { ...indexed, indexes: [{ generation: 0, position: 1 }] }],
    ['a place before the first', { ...indexed, head: -1 }],
    [
      'more generations than are kept',
      { ...indexed, indexes: Array.from({ length: maxGenerations + 1 }, () => ({ generation: 1, position: 1 })) },
    ],
  ])('is refused with %s', (_, item) => {
    expect(codeOf(() => parseIndexPage({ items: [item] }))).toBe('wire/invalid-message');
  });
});

describe('a query (R395)', () => {
  it('is sealed, and names the key of its asker', () => {
    expect(parseQueryRequest(JSON.stringify(query))).toEqual(query);
  });

  it.each([
    ['words in the clear', { ...query, sealed: 'budget' }],
    ['nothing', { ...query, sealed: '' }],
    ['no key', { ...query, encryptionKeyUrl: resourceUri }],
    ['no id', { ...query, id: 'first' }],
    ['more than it may hold', { ...query, sealed: `${jwe}${'A'.repeat(maxSealedQuery - jwe.length + 1)}` }],
  ])('is refused with %s', (_, input) => {
    expect(codeOf(() => parseQueryRequest(input))).toBe('wire/invalid-message');
  });

  it('is answered sealed or refused with a code, never with words', () => {
    expect(parseSealedAnswer({ sealed: jwe })).toEqual({ sealed: jwe });
    expect(codeOf(() => parseSealedAnswer({ sealed: '{"postings":3}' }))).toBe('wire/invalid-message');
    expect(parseQueryRefusal({ code: 'core/query-refused' })).toEqual({ code: 'core/query-refused' });
    expect(codeOf(() => parseQueryRefusal({ code: 'The budget is not here' }))).toBe('wire/invalid-message');
  });
});

describe('what people hear (R397)', () => {
  it.each(lines)('is a line of $type', (line) => {
    expect(parseResultLine(JSON.stringify(line))).toEqual(line);
  });

  it.each([
    ['another kind of line', { type: 'more' }],
    ['a slot that no plan has', { type: 'items', items: [{ activity, slots: [4096] }] }],
    ['an item without its message', { type: 'items', items: [{ edit: activity }] }],
    ['a reach without numbers', { type: 'reach' }],
    ['a failure in words', { type: 'failed', code: 'Something broke' }],
  ])('is refused with %s', (_, line) => {
    expect(codeOf(() => parseResultLine(line))).toBe('wire/invalid-message');
  });
});

describe('numbers of an index', () => {
  const numbers = { rooms: 9, indexed: 8, lagging: 2, postings: 1000, bytes: 12_000 };

  it('are counts, and since when it lags', () => {
    expect(parseIndexNumbers(numbers)).toEqual(numbers);
    const lagging = { ...numbers, since: '2026-11-22T10:00:00.000Z' };
    expect(parseIndexNumbers(lagging)).toEqual(lagging);
    expect(codeOf(() => parseIndexNumbers({ ...numbers, bytes: -1 }))).toBe('wire/invalid-message');
  });
});

it('gives a value or a wire error for any input', () => {
  expectTypedErrors(parseRoomsToIndex, { items: [indexed], next: 'abc' });
  expectTypedErrors(parseIndexPage, { items: [indexed], next: room });
  expectTypedErrors(parsePostingsAnswer, { rooms: [{ roomId: room, generation: 1, position: 9, accepted: true }] });
  expectTypedErrors(parseQueriesToPlan, { items: [toPlan] });
  expectTypedErrors(parseQueryRequest, query);
  expectTypedErrors(parseSealedAnswer, { sealed: jwe });
  expectTypedErrors(parseQueryRefusal, { code: 'core/query-refused' });
  expectTypedErrors(parseResultLine, ...lines);
  expectTypedErrors(parseIndexNumbers, { rooms: 9, indexed: 8, lagging: 2, postings: 1000, bytes: 12_000 });
});
