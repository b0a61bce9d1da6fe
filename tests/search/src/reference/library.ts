import { type LanguageName, languageNames, languagesOf } from './languages.ts';
import { type Piece, pieces } from './pieces.ts';
import type { Has } from './query.ts';
import type { Settled } from './settled.ts';

/** A text cut once: numbers of its pieces in the library. */
export interface CutText {
  readonly pieces: Uint32Array;
  /** Number of its languages in the library. */
  readonly languages: number;
}

export interface Shelved {
  readonly settled: Settled;
  readonly has: ReadonlySet<Has>;
  /** The message's text and the names of its files. */
  readonly texts: readonly CutText[];
  /** What could be read in its files. */
  readonly inside: readonly CutText[];
  /** Whether a file may hold text, which a client does not see. */
  readonly unseen: boolean;
}

/** Messages cut into pieces, each different piece kept once. */
export interface Library {
  readonly messages: readonly Shelved[];
  readonly pieces: readonly Piece[];
  /** All of them, then each alone. */
  readonly languages: readonly (readonly LanguageName[])[];
}

export function library(all: Iterable<Settled>): Library {
  const known: Piece[] = [];
  const numbers = new Map<string, number>();
  const languages = [languageNames, ...languageNames.map((name) => [name])];

  const numberOf = (piece: Piece): number => {
    const key = piece.kind + piece.text;
    const number = numbers.get(key) ?? known.push(piece) - 1;
    numbers.set(key, number);
    return number;
  };
  const cut = (text: string): CutText => {
    const found = pieces(text);
    const spoken = languagesOf(found);
    return {
      pieces: Uint32Array.from(found, numberOf),
      languages: languages.findIndex((one) => one.length === spoken.length && one[0] === spoken[0]),
    };
  };
  const messages = Array.from(all, (settled): Shelved => {
    const { text, files } = settled.content;
    const has = hasOf(settled);
    return {
      settled,
      has,
      unseen: has.has('document'),
      texts: [text, ...files.map(({ name }) => name)].map(cut),
      inside: files.flatMap(({ inside }) => (inside === undefined ? [] : [cut(inside)])),
    };
  });
  return { messages, pieces: known, languages };
}

/** "`has:file`: any file; the others by media type …; a document is any file that is none of these." */
function hasOf({ content }: Settled): ReadonlySet<Has> {
  const has = new Set<Has>();
  if (/https?:\/\//iu.test(content.text)) has.add('link');
  for (const { mimeType } of content.files) {
    const media = (['image', 'video', 'audio'] as const).find((one) => mimeType?.startsWith(`${one}/`));
    has.add('file').add(media ?? 'document');
  }
  return has;
}
