import type { RoomId, UserId } from '@cloister/wire';
import { dayAt, dayBounds } from './days.ts';
import { pieces } from './pieces.ts';
import type { Has, Query } from './query.ts';

export interface Asker {
  readonly userId: UserId;
  readonly timeZone: string;
  /** ms. */
  readonly now: number;
  people(name: string): readonly UserId[];
  rooms(name: string): readonly RoomId[];
}

type Token =
  | { readonly kind: 'open' | 'close' | 'or' | 'not' }
  | { readonly kind: 'phrase' | 'word'; readonly text: string }
  | { readonly kind: 'filter'; readonly name: FilterName; readonly value: string };

const filterNames = ['from', 'in', 'has', 'before', 'after', 'on'] as const;
type FilterName = (typeof filterNames)[number];
const has: readonly Has[] = ['file', 'image', 'video', 'audio', 'document', 'link'];
const filter = new RegExp(`^(${filterNames.join('|')}):(?:"([^"]*)"?|([^\\s"()|]+))`, 'u');
const day = /^\d{4}-\d{2}-\d{2}$/u;
const dayBefore = (date: string): string => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);

/** Reads a query (docs/search.md, Queries); null when it asks for nothing. */
export function parse(text: string, asker: Asker): Query | null {
  const tokens = tokenize(text);
  let at = 0;
  const peek = (): Token | undefined => tokens[at];

  const either = (): Query | null => {
    const all: (Query | null)[] = [together()];
    while (peek()?.kind === 'or') {
      at++;
      all.push(together());
    }
    return join('or', all);
  };

  const together = (): Query | null => {
    const all: (Query | null)[] = [];
    for (let next = peek(); next !== undefined && next.kind !== 'or' && next.kind !== 'close'; next = peek())
      all.push(one());
    return join('and', anyOfSame(all));
  };

  const one = (): Query | null => {
    const token = tokens[at++];
    if (token === undefined) return null;
    switch (token.kind) {
      case 'not': {
        const next = peek();
        const excluded = next === undefined || next.kind === 'or' || next.kind === 'close' ? null : one();
        return excluded && { kind: 'not', one: excluded };
      }
      case 'open': {
        const inside = either();
        if (peek()?.kind === 'close') at++;
        return inside;
      }
      case 'phrase':
        return part(token.text, true);
      case 'word':
        return part(token.text, false);
      case 'filter':
        return filtered(token, asker) ?? part(`${token.name}:${token.value}`, false);
      default:
        return null;
    }
  };

  const found = [either()];
  while (peek() !== undefined) {
    at++; // a bracket that closes nothing
    found.push(either());
  }
  return join('and', found);
}

/** "A query part without any piece is left out." */
function part(text: string, quoted: boolean): Query | null {
  const [first, ...rest] = pieces(text);
  return first === undefined ? null : { kind: 'part', quoted, pieces: [first, ...rest] };
}

function join(kind: 'and' | 'or', all: readonly (Query | null)[]): Query | null {
  const real = all.filter((query) => query !== null);
  return real.length > 1 ? { kind, all: real } : (real[0] ?? null);
}

/** "Several `from:` or `in:` side by side mean any of them." */
function anyOfSame(all: readonly (Query | null)[]): (Query | null)[] {
  const users = all.filter((query) => query?.kind === 'from').flatMap((query) => query.users);
  const rooms = all.filter((query) => query?.kind === 'in').flatMap((query) => query.rooms);
  const others = all.filter((query) => query?.kind !== 'from' && query?.kind !== 'in');
  return [
    ...others,
    all.length > others.length && all.some((query) => query?.kind === 'from') ? { kind: 'from', users } : null,
    all.some((query) => query?.kind === 'in') ? { kind: 'in', rooms } : null,
  ];
}

function filtered({ name, value }: { name: FilterName; value: string }, asker: Asker): Query | null {
  if (name === 'from') return { kind: 'from', users: asker.people(value) };
  if (name === 'in') return { kind: 'in', rooms: asker.rooms(value) };
  if (name === 'has') {
    const what = has.find((one) => one === value);
    return what === undefined ? null : { kind: 'has', what };
  }
  const named = { today: dayAt(asker.now, asker.timeZone), yesterday: dayBefore(dayAt(asker.now, asker.timeZone)) }[
    value
  ];
  const date = named ?? value;
  if (!day.test(date) || Number.isNaN(Date.parse(date))) return null;
  const { from, until } = dayBounds(date, asker.timeZone);
  if (name === 'on') return { kind: 'time', from, until };
  return name === 'before'
    ? { kind: 'time', from: -Infinity, until: from }
    : { kind: 'time', from: until, until: Infinity };
}

function tokenize(query: string): Token[] {
  const text = query
    .replaceAll(/[“”„‟«»＂]/gu, '"')
    .replaceAll('：', ':')
    .replaceAll('－', '-')
    .replaceAll('（', '(')
    .replaceAll('）', ')')
    .replaceAll('｜', '|');
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const [token, length] = next(rest);
    if (token !== null) tokens.push(token);
    at += length;
  }
  return tokens;
}

function next(rest: string): [Token | null, number] {
  const space = /^\s+/u.exec(rest);
  if (space !== null) return [null, space[0].length];
  if (rest.startsWith('(')) return [{ kind: 'open' }, 1];
  if (rest.startsWith(')')) return [{ kind: 'close' }, 1];
  if (rest.startsWith('|')) return [{ kind: 'or' }, 1];
  if (rest.startsWith('"')) {
    const [whole, text = ''] = /^"([^"]*)"?/u.exec(rest) ?? [rest];
    return [{ kind: 'phrase', text }, whole.length];
  }
  if (/^-[^\s]/u.test(rest)) return [{ kind: 'not' }, 1];
  const named = filter.exec(rest);
  if (named !== null)
    return [{ kind: 'filter', name: named[1] as FilterName, value: named[2] ?? named[3] ?? '' }, named[0].length];
  const word = /^[^\s"()|]+/u.exec(rest)?.[0] ?? rest;
  if (word === 'OR') return [{ kind: 'or' }, 2];
  if (word === 'NOT') return [{ kind: 'not' }, 3];
  return [{ kind: 'word', text: word }, word.length];
}
