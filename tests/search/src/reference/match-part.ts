import type { CutText, Library, Shelved } from './library.ts';
import { matchesAlone, matchesInPhrase, wordsOf } from './match-piece.ts';
import type { Piece } from './pieces.ts';
import type { Part } from './query.ts';
import type { Stems } from './stems.ts';

type Decide = (piece: Piece, languages: Library['languages'][number]) => boolean;

/** `maybe`: what a client cannot see decides (docs/search.md, `file-phrases`). */
export type Answer = 'no' | 'maybe' | 'yes';

/** Whether a message holds a part; `excluded`: whether the part stands under a NOT. */
export function matchesPart(
  part: Part,
  stems: Stems,
  library: Library,
): (message: Shelved, excluded: boolean) => Answer {
  const inText = findsInText(part, stems, library);
  if (isExact(part)) {
    return ({ texts, inside }) => (texts.some(inText) || inside.some(inText) ? 'yes' : 'no');
  }
  const components = componentsOf(part, stems).map((component) => findsPiece(component, library));
  return ({ texts, inside }, excluded) => {
    if (texts.some(inText)) return 'yes';
    if (inside.length === 0) return 'no';
    if (!excluded && inside.some((text) => components.every((component) => component(text)))) return 'yes';
    const everything = [...texts, ...inside];
    return components.every((component) => everything.some(component)) ? 'maybe' : 'no';
  };
}

/** What can be said of a file without reading in it: no phrase, no piece of more than two characters. */
function isExact({ pieces, quoted }: Part): boolean {
  const [first, ...rest] = pieces;
  if (rest.length > 0) return false;
  if (first.kind === 'S' && quoted) return wordsOf(first.text).length < 2;
  return first.kind === 'W' || [...first.text].length <= 2;
}

/** "Its words, or its pairs of characters": what a file must hold to be taken for one that holds the part. */
function componentsOf({ pieces, quoted }: Part, stems: Stems): Decide[] {
  return pieces.flatMap((piece): Decide[] => {
    if (piece.kind === 'W') return [matchesInPhrase(piece, quoted, 'inner')];
    const alone = (text: string, exactly = false): Decide => matchesAlone({ kind: piece.kind, text }, exactly, stems);
    if (piece.kind === 'S' && quoted && pieces.length === 1)
      return wordsOf(piece.text).map((word) => alone(word, true));
    const characters = [...piece.text];
    if (characters.length === 1) return /\p{Script=Han}/u.test(piece.text) ? [alone(piece.text)] : [];
    return characters.slice(1).map((character, index) => alone((characters[index] ?? '') + character));
  });
}

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
