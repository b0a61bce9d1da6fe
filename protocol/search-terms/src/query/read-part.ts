import { hasWhat } from '../has.ts';
import { fold } from '../text/fold.ts';
import { pieces } from '../text/pieces.ts';
import { type Days, isDay, laterDay } from './days.ts';
import type { ParsedNode, Sent } from './parsed-query.ts';
import type { QueryPart } from './query-token.ts';

/** Where and when a query is asked. */
export interface Asked {
  readonly days: Days;
  readonly now: number;
  /** The query as typed. */
  readonly text: string;
}

/** A word, phrase or filter; null if it asks for nothing. A filter with a value it does not know is a word. */
export const readPart = (part: QueryPart, asked: Asked): ParsedNode | null => {
  const { span } = part;
  if (part.kind === 'text') return textNode(part.text, part.quoted, part);
  const value = part.value.trim();
  if (value === '') return null;
  return filterNode(part, value, asked) ?? textNode(asked.text.slice(span.start, span.end), false, part);
};

const textNode = (text: string, quoted: boolean, { span }: QueryPart): ParsedNode | null =>
  pieces(fold(text)).length === 0 ? null : { kind: 'text', text: portable(text), quoted, span };

/** JSON here carries neither lone surrogates nor NUL, which belong to no piece. */
const portable = (text: string): string => text.toWellFormed().replaceAll('\0', ' ');

const filterNode = (
  { name, span }: Extract<QueryPart, { kind: 'filter' }>,
  value: string,
  asked: Asked,
): ParsedNode | undefined => {
  if (name === 'from' || name === 'in') return { kind: name, name: value, span };
  const known = value.normalize('NFKC').toLowerCase();
  if (name === 'has') {
    const has = hasWhat.find((what) => what === known);
    return has && { kind: 'has', has, span };
  }
  const day = dayNamed(known, asked);
  return day === undefined ? undefined : { kind: 'sent', sent: sentAt(name, day, asked.days), span };
};

const dayNamed = (value: string, { days, now }: Asked): string | undefined => {
  if (value === 'today') return days.dayOf(now);
  if (value === 'yesterday') return laterDay(days.dayOf(now), -1);
  return isDay(value) ? value : undefined;
};

const sentAt = (name: 'before' | 'after' | 'on', day: string, days: Days): Sent => {
  if (name === 'before') return { until: days.startOf(day) };
  const next = days.startOf(laterDay(day, 1));
  return name === 'after' ? { from: next } : { from: days.startOf(day), until: next };
};
