import type { RoomId, UserId } from '@cloister/wire';
import { filtered } from './filters.ts';
import { pieces } from './pieces.ts';
import type { Query } from './query.ts';
import { type Token, tokens } from './tokens.ts';

/** Who asks, when and where, and what names mean to them. */
export interface Asker {
  readonly timeZone: string;
  /** ms. */
  readonly now: number;
  people(name: string): readonly UserId[];
  rooms(name: string): readonly RoomId[];
}

/** What is left to read of a query. */
interface Rest {
  readonly tokens: Token[];
  readonly asker: Asker;
}

/** Reads a query (docs/search.md, Queries); null when it asks for nothing. */
export const parse = (text: string, asker: Asker): Query | null => either({ tokens: tokens(text), asker });

function either(rest: Rest): Query | null {
  const sides = [together(rest)];
  while (rest.tokens[0]?.kind === 'or') {
    rest.tokens.shift();
    sides.push(together(rest));
  }
  return join('or', sides);
}

/** "Several `from:` or `in:` … mean any of them: those of one group and one side of `OR`, that are not excluded." */
function together(rest: Rest): Query | null {
  const all: (Query | null)[] = [];
  const users: UserId[][] = [];
  const rooms: RoomId[][] = [];
  while (startsSomething(rest.tokens[0])) {
    const isFilter = rest.tokens[0]?.kind === 'filter';
    const found = one(rest);
    if (isFilter && found?.kind === 'from') users.push([...found.users]);
    else if (isFilter && found?.kind === 'in') rooms.push([...found.rooms]);
    else all.push(found);
  }
  if (users.length > 0) all.push({ kind: 'from', users: users.flat() });
  if (rooms.length > 0) all.push({ kind: 'in', rooms: rooms.flat() });
  return join('and', all);
}

const startsSomething = (token: Token | undefined): boolean =>
  token !== undefined && token.kind !== 'or' && token.kind !== 'close';

function one(rest: Rest): Query | null {
  const token = rest.tokens.shift();
  switch (token?.kind) {
    case 'not': {
      const excluded = startsSomething(rest.tokens[0]) ? one(rest) : null;
      return excluded && { kind: 'not', one: excluded };
    }
    case 'open': {
      const inside = either(rest);
      if (rest.tokens[0]?.kind === 'close') rest.tokens.shift();
      return inside;
    }
    case 'phrase':
      return part(token.text, true);
    case 'word':
      return part(token.text, false);
    case 'filter':
      if (token.value === '') return null;
      return filtered(token, rest.asker) ?? part(`${token.name}:${token.value}`, false);
    default:
      return null;
  }
}

/** "A query part without any piece is left out." */
function part(text: string, quoted: boolean): Query | null {
  const [first, ...others] = pieces(text);
  return first === undefined ? null : { kind: 'part', quoted, pieces: [first, ...others] };
}

function join(kind: 'and' | 'or', all: readonly (Query | null)[]): Query | null {
  const real = all.filter((query) => query !== null);
  return real.length > 1 ? { kind, all: real } : (real[0] ?? null);
}
