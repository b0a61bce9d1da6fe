import { type FilterName, filterNames } from './filters.ts';

export type Token =
  | { readonly kind: 'open' | 'close' | 'or' | 'not' }
  | { readonly kind: 'phrase' | 'word'; readonly text: string }
  | { readonly kind: 'filter'; readonly name: FilterName; readonly value: string };

/** What a query may go on with, tried in this order; what a `(…)` holds is the token's text. */
const signs: readonly (readonly [RegExp, (found: RegExpExecArray) => Token | null])[] = [
  [/^\p{White_Space}+/u, () => null],
  [/^\(/u, () => ({ kind: 'open' })],
  [/^\)/u, () => ({ kind: 'close' })],
  [/^\|/u, () => ({ kind: 'or' })],
  [/^"([^"]*)"?/u, ([, text = '']) => ({ kind: 'phrase', text })],
  // "One or several `-` …, directly before something other than a space, `|`, `)` or the end, are one `NOT`."
  [/^-+(?=[^\p{White_Space}|)-])/u, () => ({ kind: 'not' })],
  [
    new RegExp(`^(${filterNames.join('|')}):(?:"([^"]*)"?|([^\\p{White_Space}"()|]*))`, 'iu'),
    ([, name = '', quoted, plain = '']) => ({
      kind: 'filter',
      name: name.toLowerCase() as FilterName,
      value: quoted ?? plain,
    }),
  ],
  [
    /^[^\p{White_Space}"()|]+/u,
    ([text]) => (text === 'OR' ? { kind: 'or' } : text === 'NOT' ? { kind: 'not' } : { kind: 'word', text }),
  ],
];

/** Cuts a query into what stands in it, without brackets that close nothing. */
export function tokens(query: string): Token[] {
  const found: Token[] = [];
  let rest = withPlainSigns(query);
  let depth = 0;
  while (rest !== '') {
    const [length, token] = next(rest);
    rest = rest.slice(length);
    if (token?.kind === 'open') depth++;
    if (token === null || (token.kind === 'close' && depth === 0)) continue;
    if (token.kind === 'close') depth--;
    found.push(token);
  }
  return found;
}

function next(rest: string): readonly [length: number, token: Token | null] {
  for (const [sign, make] of signs) {
    const found = sign.exec(rest);
    if (found !== null) return [found[0].length, make(found)];
  }
  throw new RangeError('a query goes on with something');
}

const withPlainSigns = (query: string): string =>
  query
    .replaceAll(/[“”„‟«»＂]/gu, '"')
    .replaceAll('：', ':')
    .replaceAll('－', '-')
    .replaceAll('（', '(')
    .replaceAll('）', ')')
    .replaceAll('｜', '|');
