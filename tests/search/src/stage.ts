import { database, type TestDatabase } from '@cloister/testkit';
import { type Corpus, type CorpusEntry, corpus } from './corpus/corpus.ts';
import { type AskedQuery, queries } from './queries/queries.ts';
import { type Names, namesOf } from './real/names.ts';
import { type Library, library } from './reference/library.ts';
import { parse } from './reference/parse.ts';
import type { Query } from './reference/query.ts';
import { learnStems, scan } from './reference/scan.ts';
import { type Settled, settled } from './reference/settled.ts';
import { openStems, type Stems } from './reference/stems.ts';

/** Messages and queries, and what the reference scan says of them. */
export interface Stage {
  readonly corpus: Corpus;
  readonly entries: readonly CorpusEntry[];
  readonly messages: readonly Settled[];
  readonly asked: readonly AskedQuery[];
  readonly names: Names;
  readonly stems: Stems;
  /** When the queries are asked, ms. */
  readonly now: number;
  read(asked: AskedQuery): Query | null;
  /** What the match rules say, by these stems. */
  scan(asked: AskedQuery, stems?: Stems): readonly Settled[];
  close(): Promise<void>;
}

const now = Date.UTC(2026, 10, 22, 12);

export async function openStage(size: { seed: string; messages: number; queries: number }): Promise<Stage> {
  const made = corpus({ seed: size.seed, messages: size.messages });
  const entries = [...made.entries()];
  const messages = settled(entries);
  const asked = queries({ seed: size.seed, count: size.queries, world: made, messages });
  const names = namesOf(made);
  const home: TestDatabase = await database();
  const stems = await openStems(home);
  const books: Library = library(messages);
  await learnStems(
    stems,
    books,
    asked.map(({ text }) => text),
  );

  const read = ({ text, timeZone }: AskedQuery): Query | null => parse(text, { timeZone, now, ...names });
  return {
    corpus: made,
    entries,
    messages,
    asked,
    names,
    stems,
    now,
    read,
    scan: (one, by = stems) => {
      const query = read(one);
      const reader = one.asker.userId;
      return query === null ? [] : scan(query, { reader, library: books, stems: by, files: 'file-phrases' });
    },
    close: async () => {
      await stems.close();
      await home.drop();
    },
  };
}
