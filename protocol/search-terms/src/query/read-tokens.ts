import type { FilterName, QueryToken, Span } from './query-token.ts';

/** Each stands for one character, so that offsets stay. */
const plainSigns: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '‟': '"',
  '«': '"',
  '»': '"',
  '＂': '"',
  '：': ':',
  '－': '-',
  '（': '(',
  '）': ')',
  '｜': '|',
};

const variants = /[“”„‟«»＂：－（）｜]/g;
const space = /\p{White_Space}+/uy;
const excluded = /-+(?=[^\p{White_Space}|)-])/uy;
const word = /[^\p{White_Space}()|"]+/uy;
const filter = /(from|in|has|before|after|on):/iy;

const signs: Readonly<Record<string, 'open' | 'close' | 'or'>> = { '(': 'open', ')': 'close', '|': 'or' };
/** A map, for `constructor` and `toString` are words that people look for. */
const words: ReadonlyMap<string, 'or' | 'not'> = new Map([
  ['OR', 'or'],
  ['NOT', 'not'],
]);

/** The signs of a query, in order (docs/search.md, "Queries"). Every text has some reading. */
export const readTokens = (text: string): QueryToken[] => {
  const signed = text.replace(variants, (sign) => plainSigns[sign] ?? sign);
  const tokens: QueryToken[] = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, signed, at);
    if (token === undefined) at = end(space, signed, at);
    else {
      tokens.push(token);
      at = token.span.end;
    }
  }
  return tokens;
};

const tokenAt = (text: string, signed: string, start: number): QueryToken | undefined => {
  if (end(space, signed, start) > start) return undefined;
  const sign = signs[signed.charAt(start)];
  if (sign !== undefined) return { kind: sign, span: { start, end: start + 1 } };
  const afterDash = end(excluded, signed, start);
  if (afterDash > start) return { kind: 'not', span: { start, end: afterDash } };
  const colon = end(filter, signed, start);
  if (colon > start) {
    const { value, span } = valueAt(text, signed, colon);
    const name = signed.slice(start, colon - 1).toLowerCase() as FilterName;
    return { kind: 'filter', name, value, valueSpan: span, span: { start, end: span.end } };
  }
  const { value, span } = valueAt(text, signed, start);
  const operator = words.get(value);
  if (operator !== undefined && signed.charAt(start) !== '"') return { kind: operator, span };
  return { kind: 'text', text: value, quoted: signed.charAt(start) === '"', span };
};

/** A word or, in quotes, a phrase; a quote that is not closed ends with the query. */
const valueAt = (text: string, signed: string, start: number): { value: string; span: Span } => {
  if (signed.charAt(start) !== '"') {
    const last = end(word, signed, start);
    return { value: text.slice(start, last), span: { start, end: last } };
  }
  const closing = signed.indexOf('"', start + 1);
  const last = closing === -1 ? text.length : closing;
  return { value: text.slice(start + 1, last), span: { start, end: closing === -1 ? last : closing + 1 } };
};

/** Where a pattern that is looked for at `at` alone ends, or `at`. */
const end = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
};
