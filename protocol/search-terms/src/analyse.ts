import { type Cap, countedText, maxFileTerms, maxMessageTerms } from './caps.ts';
import type { DocumentText, SearchDocument } from './document.ts';
import { hasLink } from './has.ts';
import { wordForms } from './language/word-forms.ts';
import { isHan } from './text/is-han.ts';
import { isSingle, neighbours } from './text/neighbours.ts';
import type { Piece } from './text/pieces.ts';
import { readText } from './text/read-text.ts';
import { segmentWords } from './text/segment-words.ts';

/** The terms of a message, each once, and which caps it reached: filters, then its own texts, then its files', as they first stand there. */
export interface Analysis {
  readonly terms: readonly string[];
  readonly capped: readonly Cap[];
}

/**
 * The terms under which a message is found. A term is a text with a prefix: `w:` a folded word, `n:` another form of it, `c:` two
 * neighbouring characters of a C or S piece, `h:` a Han character, `o:` a piece of one other character, `t:` a word of an S
 * piece, `from:` and `has:`.
 */
export const analyse = ({ texts, from, has }: SearchDocument): Analysis => {
  const caps = new Set<Cap>();
  const counted = texts.map(({ kind, text }): DocumentText => {
    const part = countedText({ kind, text });
    if (part.length < text.length) caps.add('long-text');
    return { kind, text: part };
  });
  const terms = new Set([`from:${from}`]);
  for (const what of has) terms.add(`has:${what}`);
  if (counted.some(({ kind, text }) => kind === 'message' && hasLink(text))) terms.add('has:link');

  const own = new Set<string>();
  const inside = new Set<string>();
  for (const { kind, text } of counted) {
    const found = kind === 'file' ? new Set<string>() : own;
    if (!addTerms(text, found, kind === 'file' ? maxFileTerms : maxMessageTerms)) caps.add('many-terms');
    if (kind === 'file') for (const term of found) inside.add(term);
  }
  for (const term of own) terms.add(term);
  for (const term of inside) terms.add(term);
  return { terms: [...terms], capped: [...caps] };
};

/** Adds a text's terms up to `most`; false if one more would have come. */
const addTerms = (text: string, terms: Set<string>, most: number): boolean => {
  const { pieces, language } = readText(text);
  for (const piece of pieces) {
    for (const term of piece.class === 'W' ? wordForms(piece.text, language).terms : unspacedTerms(piece)) {
      if (terms.size >= most && !terms.has(term)) return false;
      terms.add(term);
    }
  }
  return true;
};

function* unspacedTerms(piece: Piece): Generator<string> {
  if (piece.class === 'C') for (const character of piece.text) if (isHan(character)) yield `h:${character}`;
  if (isSingle(piece.text) && !isHan(piece.text)) yield `o:${piece.text}`;
  for (const pair of neighbours(piece.text)) yield `c:${pair}`;
  if (piece.class === 'S') for (const { text } of segmentWords(piece.text)) yield `t:${text}`;
}
