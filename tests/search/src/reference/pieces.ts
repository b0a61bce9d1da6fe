import { fold } from './fold.ts';

/** `C`: Chinese, Japanese, Korean; `S`: Thai, Lao, Khmer, Burmese; `W`: words. */
export interface Piece {
  readonly kind: 'W' | 'C' | 'S';
  readonly text: string;
}

const run = /[\p{L}\p{M}\p{N}]+/gu;
const mark = /\p{M}/u;
const kindC =
  /[\p{Script_Extensions=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\p{Script_Extensions=Bopomofo}\p{Script_Extensions=Hangul}]/u;
const kindS =
  /[\p{Script_Extensions=Thai}\p{Script_Extensions=Lao}\p{Script_Extensions=Khmer}\p{Script_Extensions=Myanmar}]/u;

/** What a text is to a search (docs/search.md, Pieces). */
export function pieces(text: string): Piece[] {
  return [...fold(text).matchAll(run)].flatMap(([letters]) => cut(letters));
}

/** "A run is cut where the class of its characters changes; a mark has the class of the character before it." */
function cut(letters: string): Piece[] {
  const found: { kind: Piece['kind']; text: string }[] = [];
  for (const character of letters) {
    const last = found.at(-1);
    const kind = mark.test(character) ? (last?.kind ?? 'W') : kindOf(character);
    if (last?.kind === kind) last.text += character;
    else found.push({ kind, text: character });
  }
  return found.map((piece) => (piece.kind === 'W' ? { kind: 'W', text: firstCharacters(piece.text, 64) } : piece));
}

function kindOf(character: string): Piece['kind'] {
  if (kindC.test(character)) return 'C';
  return kindS.test(character) ? 'S' : 'W';
}

const firstCharacters = (text: string, count: number): string =>
  text.length <= count ? text : [...text].slice(0, count).join('');
