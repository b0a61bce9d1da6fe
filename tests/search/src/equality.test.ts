import { needsSlots } from '@cloister/search-terms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, type Difference, told } from './compare.ts';
import type { AskedQuery } from './queries/queries.ts';
import { readQuery } from './real/read-query.ts';
import { openRealSearch, type RealSearch } from './real/real-search.ts';
import { openStage, type Stage } from './stage.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
/** The size of the issue with many runs; else what every `npm test` has time for. */
const size = {
  seed: process.env.CLOISTER_SEED ?? 'equality',
  messages: runs >= 1000 ? 103_000 : runs >= 100 ? 20_000 : 4000,
  queries: 600,
};
const minutes = 60_000;

let stage: Stage;
let search: RealSearch;
beforeAll(async () => {
  stage = await openStage(size);
  search = await openRealSearch({ ...stage, seed: size.seed });
}, 10 * minutes);
afterAll(async () => {
  await search?.close();
  await stage?.close();
});

const differencesOf = async (asked: AskedQuery, by: RealSearch) => {
  const found = await by.find(readQuery(asked, stage.now, stage.names), asked.asker);
  const reference = stage.scan(asked);
  return { differences: compare(asked, reference, found), found, reference };
};

describe('search, through tokens, plans and the core’s index', () => {
  it(
    'finds what the match rules say, newest first, for 600 queries of every kind (R391, R396, R397)',
    async () => {
      const wrong: Difference[] = [];
      let [results, toldSlots] = [0, 0];
      for (const asked of stage.asked) {
        const { differences, found, reference } = await differencesOf(asked, search);
        wrong.push(...differences);
        results += reference.length;
        if (needsSlots(readQuery(asked, stage.now, stage.names))) toldSlots += 1;
        const times = found.map(({ message }) => message.published);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }
      console.log(
        `${stage.messages.length} messages, ${stage.asked.length} queries, ${results} results compared; ${toldSlots} queries asked which slots hold`,
      );
      expect(wrong.slice(0, 20).map(told)).toEqual([]);
      expect(results).toBeGreaterThan(stage.messages.length);
      expect(toldSlots).toBeGreaterThan(10);
    },
    15 * minutes,
  );
});
