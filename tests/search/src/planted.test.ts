import { approximate } from '@cloister/search-terms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, type Difference } from './compare.ts';
import type { AskedQuery } from './queries/queries.ts';
import { findByTerms } from './real/find-by-terms.ts';
import type { ChangeTerms } from './real/indexed-terms.ts';
import { readQuery } from './real/read-query.ts';
import { openRealSearch } from './real/real-search.ts';
import { type TermLists, termLists } from './real/term-lists.ts';
import type { Settled } from './reference/settled.ts';
import type { Stems } from './reference/stems.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let lists: TermLists;
beforeAll(async () => {
  stage = await openStage({ seed: 'planted', messages: 2000, queries: 600 });
  lists = termLists(stage.messages);
});
afterAll(() => stage.close());

const queryOf = (asked: AskedQuery) => readQuery(asked, stage.now, stage.names);

const compared = (asked: AskedQuery, { by = lists, stems }: { by?: TermLists; stems?: Stems } = {}) => {
  const found = findByTerms(queryOf(asked), asked.asker.userId, stage.messages, by);
  return compare(asked, stage.scan(asked, stems), found);
};

/** The first query of a kind that finds something, and what it finds. */
function first(kind: AskedQuery['kind']): { asked: AskedQuery; victim: Settled } {
  for (const asked of stage.asked) {
    const [victim] = asked.kind === kind ? stage.scan(asked) : [];
    if (victim !== undefined) return { asked, victim };
  }
  throw new Error(`no query finds anything: ${kind}`);
}

/** Whether the search misses this message and differs in nothing else. */
const missesOnly = (victim: Settled, differences: readonly Difference[]): boolean =>
  differences.length === 1 && differences[0]?.message === victim && differences[0]?.foundBy === 'the reference scan';

/** Terms of one message without those that a query looks for. */
const without = (asked: AskedQuery, victim: Settled): ChangeTerms => {
  const sought = new Set(approximate(queryOf(asked))?.slots.flat());
  return (terms, of) => (of === victim.content ? terms.filter((term) => !sought.has(term)) : terms);
};

/** Terms of one message, and one that a query looks for. */
const withOne = (asked: AskedQuery, victim: Settled): ChangeTerms => {
  const [one = ''] = approximate(queryOf(asked))?.slots.flat() ?? [];
  return (terms, of) => (of === victim.content ? [...terms, one] : terms);
};

describe('the comparison over terms', () => {
  it.each(['word', 'two Han characters', 'two Hangul syllables', 'has something', 'from'] as const)(
    'sees that a posting is missing: %s',
    (kind) => {
      const { asked, victim } = first(kind);
      expect(compared(asked)).toEqual([]);
      expect(missesOnly(victim, compared(asked, { by: termLists(stage.messages, without(asked, victim)) }))).toBe(true);
    },
  );

  it('sees that one posting is too many', () => {
    const { asked, victim } = first('nothing but NOT');
    expect(missesOnly(victim, compared(asked, { by: termLists(stage.messages, withOne(asked, victim)) }))).toBe(true);
  });

  it.each(['n:', 'w:', 'c:', 'h:', 't:', 'o:', 'has:', 'from:'])(
    'sees that terms are made by another rule: none with %s',
    (prefix) => {
      const other = termLists(stage.messages, (terms) => terms.filter((term) => !term.startsWith(prefix)));
      expect(stage.asked.some((asked) => compared(asked, { by: other }).length > 0)).toBe(true);
    },
  );

  it.each(['english', 'french', 'german', 'russian'] as const)(
    'sees that stems are of another rule: no %s ones',
    (none) => {
      const { stems } = stage;
      const other: Stems = {
        ...stems,
        of: (word, language) => (language === none ? undefined : stems.of(word, language)),
      };
      expect(stage.asked.some((asked) => compared(asked, { stems: other }).length > 0)).toBe(true);
    },
  );
});

describe('the comparison through the core’s index', () => {
  it.each([
    ['a posting is missing', 'word', without],
    ['a posting is too many', 'nothing but NOT', withOne],
  ] as const)('sees that %s', async (_, kind, plant) => {
    const { asked, victim } = first(kind);
    const search = await openRealSearch({ ...stage, seed: 'planted', change: plant(asked, victim) });
    const found = await search.find(queryOf(asked), asked.asker);
    await search.close();
    expect(missesOnly(victim, compare(asked, stage.scan(asked), found))).toBe(true);
  });
});
