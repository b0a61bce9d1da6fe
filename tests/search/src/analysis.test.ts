import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, told } from './compare.ts';
import { kinds } from './queries/kinds.ts';
import { findByTerms } from './real/find-by-terms.ts';
import { readQuery } from './real/read-query.ts';
import { type TermLists, termLists } from './real/term-lists.ts';
import { openStage, type Stage } from './stage.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
/** The size of the issue; smaller only where somebody asks for fewer runs than usual. */
const size = { seed: process.env.CLOISTER_SEED ?? 'equality', messages: runs < 100 ? 10_000 : 103_000, queries: 600 };
const minutes = 60_000;

let stage: Stage;
let lists: TermLists;
beforeAll(async () => {
  stage = await openStage(size);
  lists = termLists(stage.messages);
}, 10 * minutes);
afterAll(() => stage.close());

describe('terms, expressions over them and the look at each result', () => {
  it(
    'find what the match rules say, for 600 queries of every kind (R391, R396)',
    () => {
      let [results, empty] = [0, 0];
      const wrong: string[] = [];
      for (const asked of stage.asked) {
        const reference = stage.scan(asked);
        const query = readQuery(asked, stage.now, stage.names);
        const found = findByTerms(query, asked.asker.userId, stage.messages, lists);
        const differences = compare(asked, reference, found);
        results += reference.length;
        if (reference.length === 0) empty += 1;
        wrong.push(...differences.slice(0, 3).map(told));
      }
      console.log(
        `terms: ${stage.messages.length} messages, ${stage.asked.length} queries of ${Object.keys(kinds).length} kinds ` +
          `(${empty} find nothing), ${results} results compared`,
      );
      expect(wrong).toEqual([]);
      expect(results).toBeGreaterThan(stage.messages.length);
      expect(empty).toBeLessThan(stage.asked.length / 4);
    },
    15 * minutes,
  );
});
