import { openDatabase } from '@cloister/database';
import type { TestDatabase } from '@cloister/testkit';
import { type LanguageName, languageNames } from './languages.ts';

const latin = /^(?=\p{L})\p{Script=Latin}[\p{Script=Latin}\p{M}]+$/u;
const cyrillic = /^(?=\p{L})\p{Script=Cyrillic}[\p{Script=Cyrillic}\p{M}]+$/u;
const beyond = /[\u{10000}-\u{10ffff}]/u;
const batch = 5000;

/** The stems of the Snowball that PostgreSQL carries, asked for once. */
export interface Stems {
  /** Of a folded word; nothing for a word that has none in this language. */
  of(word: string, language: LanguageName): string | undefined;
  /** Asks for the stems of words that `of` will be asked about. */
  learn(words: Iterable<string>): Promise<void>;
  close(): Promise<void>;
}

/** @param home an empty database: the dictionaries are made in it, without stop words. */
export async function openStems(home: TestDatabase): Promise<Stems> {
  const database = openDatabase({
    host: home.host,
    database: home.database,
    user: home.user,
    credentialFile: home.credentialFile,
    name: 'reference',
  });
  await database.withClient(async (client) => {
    for (const language of languageNames)
      await client.query(`create text search dictionary ref_${language} (template = snowball, language = ${language})`);
  });
  const known = new Map(languageNames.map((language) => [language, new Map<string, string>()] as const));

  const ask = (words: readonly string[], language: LanguageName): Promise<void> =>
    database.withClient(async (client) => {
      const { rows } = await client.query(
        `select w as word, (ts_lexize('ref_${language}', w))[1] as stem from unnest($1::text[]) w`,
        [words],
      );
      for (const { word, stem } of rows) known.get(language)?.set(word, stem);
    });

  return {
    of: (word, language) => {
      if (!hasStem(word, language)) return undefined;
      const stem = known.get(language)?.get(word);
      if (stem === undefined) throw new RangeError(`nobody asked for the stem of ${word}`);
      return stem;
    },
    learn: async (words) => {
      const all = [...new Set(words)];
      for (const language of languageNames) {
        const unknown = all.filter((word) => hasStem(word, language) && known.get(language)?.has(word) === false);
        for (let at = 0; at < unknown.length; at += batch) await ask(unknown.slice(at, at + batch), language);
      }
    },
    close: () => database.close(),
  };
}

/** "Words of Latin letters alone … and `russian` for words of Cyrillic letters alone, of 2 characters or more." */
const hasStem = (word: string, language: LanguageName): boolean =>
  (language === 'russian' ? cyrillic : latin).test(word) && !beyond.test(word);
