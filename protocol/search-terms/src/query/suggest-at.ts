import { filterNames, isPart, type Span } from './query-token.ts';
import { readTokens } from './read-tokens.ts';

/** What may be suggested where somebody types: for the part up to the cursor, whose whole `span` it would replace. */
export interface Suggestible {
  readonly kind: 'filter' | 'from' | 'in' | 'has' | 'date' | 'word';
  readonly prefix: string;
  readonly span: Span;
}

/** What stands at a cursor. `filter`: nothing yet, or the beginning of a filter's name. */
export const suggestAt = (text: string, cursor: number): Suggestible => {
  const token = readTokens(text)
    .filter(isPart)
    .find(({ span }) => span.start < cursor && cursor <= span.end);
  if (token?.kind === 'filter' && cursor >= token.valueSpan.start) {
    const { name, valueSpan } = token;
    const kind = name === 'from' || name === 'in' || name === 'has' ? name : 'date';
    const isQuoted = valueSpan.end - valueSpan.start > token.value.length;
    const start = valueSpan.start + (isQuoted ? 1 : 0);
    return {
      kind,
      prefix: text.slice(start, Math.max(start, Math.min(cursor, start + token.value.length))),
      span: valueSpan,
    };
  }
  if (token?.kind === 'text' && token.quoted) {
    return { kind: 'word', prefix: token.text.slice(0, cursor - token.span.start - 1), span: token.span };
  }
  const span = token?.span ?? { start: cursor, end: cursor };
  const prefix = text.slice(span.start, cursor);
  const isName = filterNames.some((name) => name.startsWith(prefix.toLowerCase()));
  return { kind: isName ? 'filter' : 'word', prefix, span };
};
