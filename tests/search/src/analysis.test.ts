import { approximate } from '@cloister/search-terms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Compared, compare, told } from './compare.ts';
import { kinds } from './queries/kinds.ts';
import type { AskedQuery } from './queries/queries.ts';
import { findByTerms } from './real/find-by-terms.ts';
import { readQuery } from './real/read-query.ts';
import { type TermLists, termLists } from './real/term-lists.ts';
import type { Settled } from './reference/settled.ts';
import type { Stems } from './reference/stems.ts';
import { openStage, type Stage } from './stage.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
/** The size of the issue; smaller only where somebody asks for fewer runs than usual. */
const size = { seed: process.env.CLOISTER_SEED ?? 'equality', messages: runs < 100 ? 10_000 : 100_000, queries: 600 };

let stage: Stage;
let lists: TermLists;
beforeAll(async () => {
  stage = await openStage(size);
  lists = termLists(stage.messages);
});
afterAll(() => stage.close());

const found = (asked: AskedQuery, by: TermLists): Settled[] =>
  findByTerms(readQuery(asked, stage.now, stage.names), asked.asker.userId, stage.messages, by);

const compared = (asked: AskedQuery, { by = lists, stems }: { by?: TermLists; stems?: Stems } = {}): Compared =>
  compare(asked, stage.read(asked), stage.scan(asked, stems), found(asked, by));

describe('terms, expressions over them and the look at each result', () => {
  it('find what the match rules say, over 100,000 messages and 600 queries of every kind (R391, R396)', () => {
    let [results, filtered, empty] = [0, 0, 0];
    const wrong: string[] = [];
    for (const asked of stage.asked) {
      const reference = stage.scan(asked);
      const { differences, fileFilters } = compare(asked, stage.read(asked), reference, found(asked, lists));
      results += reference.length;
      filtered += fileFilters;
      if (reference.length === 0) empty += 1;
      wrong.push(...differences.slice(0, 3).map(told));
    }
    console.log(
      `${stage.messages.length} messages, ${stage.asked.length} queries of ${Object.keys(kinds).length} kinds, ${empty} of which find nothing; ` +
        `${results} results compared; left out by name: file-filters ${filtered}`,
    );
    expect(wrong).toEqual([]);
    expect(results).toBeGreaterThan(stage.messages.length);
    expect(empty).toBeLessThan(stage.asked.length / 4);
  });
});

describe('the comparison itself', () => {
  const first = (kind: AskedQuery['kind']): AskedQuery => {
    const one = stage.asked.find((asked) => asked.kind === kind && stage.scan(asked).length > 0);
    if (one === undefined) throw new Error(`no query finds anything: ${kind}`);
    return one;
  };

  it.each(['word', 'two Han characters', 'two Hangul syllables', 'has something and a word'] as const)(
    'sees that one posting is missing: %s',
    (kind) => {
      const asked = first(kind);
      const [victim] = stage.scan(asked);
      const without = termLists(stage.messages, (terms, of) => (of === victim?.content ? terms.slice(0, 1) : terms));
      expect(compared(asked).differences).toEqual([]);
      expect(isOnly(victim, compared(asked, { by: without }))).toBe(true);
    },
  );

  it('sees that one posting is too many', () => {
    const asked = first('nothing but NOT');
    const [victim] = stage.scan(asked);
    const sought =
      approximate(readQuery(asked, stage.now, stage.names))
        ?.slots.flat()
        .slice(0, 1) ?? [];
    const more = termLists(stage.messages, (terms, of) => (of === victim?.content ? [...terms, ...sought] : terms));
    expect(isOnly(victim, compared(asked, { by: more }))).toBe(true);
  });

  it('sees that the terms follow another rule: no forms of words, no pairs of characters', () => {
    for (const prefix of ['n:', 'w:', 'c:', 'h:', 'has:', 'from:']) {
      const other = termLists(stage.messages, (terms) => terms.filter((term) => !term.startsWith(prefix)));
      expect(stage.asked.some((asked) => compared(asked, { by: other }).differences.length > 0)).toBe(true);
    }
  });

  it('sees that stems follow another rule: none, or in one language alone', () => {
    const { stems } = stage;
    const none: Stems = { ...stems, of: () => undefined };
    const noGerman: Stems = {
      ...stems,
      of: (word, language) => (language === 'german' ? undefined : stems.of(word, language)),
    };
    for (const other of [none, noGerman])
      expect(stage.asked.some((asked) => compared(asked, { stems: other }).differences.length > 0)).toBe(true);
  });
});

/** Whether the search misses this message and differs in nothing else. */
const isOnly = (victim: Settled | undefined, { differences }: Compared): boolean =>
  differences.length === 1 && differences[0]?.message === victim && differences[0]?.foundBy === 'the reference scan';
