import type { Random } from '../corpus/random.ts';
import type { Settled } from '../reference/settled.ts';

/** Things to ask for, out of what an asker's rooms hold. */
export interface Sample {
  readonly random: Random;
  message(): Settled;
  /** A message's text that fits: the first of some that does, or else the last. */
  text(fits: RegExp): string;
  /** A word of letters that is in a text of theirs. */
  word(fits?: RegExp): string;
  /** So many words that follow each other, with what stands between them. */
  wordsInRow(count: number): string;
  /** So many characters that stand together, of these scripts. */
  characters(script: RegExp, count: number): string;
}

const tries = 300;
const letters = /[\p{L}\p{M}\p{N}]+/gu;
const aWord = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{M}]{3,}$/u;

export function sample(random: Random, messages: readonly Settled[]): Sample {
  /** Tries until something fits; what was found last, should nothing. */
  const search = <T>(find: () => T | undefined, otherwise: T): T => {
    for (let round = 0; round < tries; round++) {
      const found = find();
      if (found !== undefined) return found;
    }
    return otherwise;
  };
  const message = (): Settled => random.pick(messages);
  const text = (fits: RegExp): string =>
    search(() => {
      const found = message().content.text;
      return fits.test(found) ? found : undefined;
    }, 'nothing');
  return {
    random,
    message,
    text,
    word: (fits = aWord) =>
      search(() => {
        const all = (message().content.text.match(letters) ?? []).filter((word) => fits.test(word));
        return all.length > 0 ? random.pick(all) : undefined;
      }, 'nothing'),
    wordsInRow: (count) =>
      search(() => {
        const found = message().content.text;
        const all = [...found.matchAll(letters)];
        if (all.length < count) return undefined;
        const at = random.below(all.length - count + 1);
        const [first, last] = [all[at], all[at + count - 1]];
        if (first === undefined || last === undefined) return undefined;
        const row = found.slice(first.index, last.index + last[0].length);
        return /["|()“”«»（）｜＂]/u.test(row) ? undefined : row;
      }, 'nothing at all'),
    characters: (script, count) =>
      search(() => {
        const runs = message().content.text.match(script) ?? [];
        const fitting = runs.map((run) => [...run]).filter((run) => run.length >= count);
        if (fitting.length === 0) return undefined;
        const run = random.pick(fitting);
        const at = random.below(run.length - count + 1);
        return run.slice(at, at + count).join('');
      }, '無'),
  };
}
