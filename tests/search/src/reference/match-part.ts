import { plain } from './fold.ts';
import type { CutText, Library, Shelved } from './library.ts';
import { forms, matchesAlone, matchesInPhrase, wordsOf } from './match-piece.ts';
import type { Piece } from './pieces.ts';
import type { Part } from './query.ts';
import type { Stems } from './stems.ts';

type Decide = (piece: Piece, languages: Library['languages'][number]) => boolean;

/** Files are looked into as far as one can without reading in them (docs/search.md, `file-phrases`), or read like texts. */
export type Files = 'file-phrases' | 'read';

/** `excluded`: whether what is judged stands under a NOT. */
export type Judge = (message: Shelved, excluded: boolean) => boolean;

/** Whether a message holds a part. */
export function matchesPart(part: Part, stems: Stems, library: Library, files: Files): Judge {
  const inText = findsInText(part, stems, library);
  if (files === 'read' || isExact(part)) return ({ texts, inside }) => texts.some(inText) || inside.some(inText);
  const components = componentsOf(part, stems).map((component) => findsPiece(component, library));
  return ({ texts, inside, unseen }, excluded) => {
    if (texts.some(inText)) return true;
    // "Excluded only by what stands outside the files."
    if (!unseen || excluded) return false;
    const everything = [...texts, ...inside];
    return components.every((component) => everything.some(component));
  };
}

/** What can be said of a file without reading in it: no phrase, no piece of more than two characters. */
export function isExact({ pieces, quoted }: Part): boolean {
  const [first, ...rest] = pieces;
  if (rest.length > 0) return false;
  if (first.kind === 'S' && quoted && wordsOf(first.text).length > 0) return wordsOf(first.text).length === 1;
  return first.kind === 'W' || [...first.text].length <= 2;
}

/** "Its words, or its pairs of characters": what a message with its files must hold to be taken for one that holds the part. */
function componentsOf({ pieces, quoted }: Part, stems: Stems): Decide[] {
  return pieces.flatMap((piece): Decide[] => {
    if (piece.kind === 'W') return [quoted ? matchesInPhrase(piece, quoted, 'inner') : isForm(piece.text, stems)];
    const alone = (text: string, exactly = false): Decide => matchesAlone({ kind: piece.kind, text }, exactly, stems);
    if (piece.kind === 'S' && quoted && pieces.length === 1)
      return wordsOf(piece.text).map((word) => alone(word, true));
    const characters = [...piece.text];
    if (characters.length === 1) return /\p{Script=Han}/u.test(piece.text) ? [alone(piece.text)] : [];
    return characters.slice(1).map((character, index) => alone((characters[index] ?? '') + character));
  });
}

/** "A word of a part of several pieces without quotes is there where its `plain` is among the `forms` of a word." */
const isForm =
  (asked: string, stems: Stems): Decide =>
  (piece, languages) =>
    piece.kind === 'W' && forms(piece.text, languages, stems).has(plain(asked));

/** Whether a text holds a part; what was said of a piece once is remembered. */
function findsInText({ pieces, quoted }: Part, stems: Stems, library: Library): (text: CutText) => boolean {
  const [first, ...rest] = pieces;
  if (rest.length === 0) return findsPiece(matchesAlone(first, quoted, stems), library);
  const each = pieces.map((piece, index) =>
    remembering(
      library,
      matchesInPhrase(piece, quoted, index === 0 ? 'first' : index < rest.length ? 'inner' : 'last'),
    ),
  );
  return ({ pieces: found }) => {
    for (let at = 0; at + each.length <= found.length; at++) {
      if (each.every((matches, index) => matches(found[at + index] as number, 0))) return true;
    }
    return false;
  };
}

function findsPiece(decide: Decide, library: Library): (text: CutText) => boolean {
  const matches = remembering(library, decide);
  return ({ pieces, languages }) => {
    for (const piece of pieces) if (matches(piece, languages)) return true;
    return false;
  };
}

function remembering({ pieces, languages }: Library, decide: Decide): (piece: number, languages: number) => boolean {
  const answers = new Uint8Array(pieces.length * languages.length);
  return (piece, spoken) => {
    const key = piece * languages.length + spoken;
    if (answers[key] === 0) {
      answers[key] = decide(pieces[piece] as Piece, languages[spoken] as Library['languages'][number]) ? 2 : 1;
    }
    return answers[key] === 2;
  };
}
