import type { RoomId, UserId } from '@cloister/wire';
import type { DocumentText } from '../document.ts';
import type { Has } from '../has.ts';
import type { SeenMessage } from '../match/matches.ts';
import { parseQuery } from '../query/parse-query.ts';
import type { Query } from '../query/query.ts';
import { resolve } from '../query/resolve.ts';

export const ada = '00000000-0000-4000-8000-00000000000a' as UserId;
export const bob = '00000000-0000-4000-8000-00000000000b' as UserId;
export const hall = '00000000-0000-4000-8000-0000000000a1' as RoomId;
export const attic = '00000000-0000-4000-8000-0000000000a2' as RoomId;

/** 22 November 2026, 10:00 in Zurich. */
export const asked = { now: Date.parse('2026-11-22T09:00:00Z'), timeZone: 'Europe/Zurich' };

const people: Readonly<Record<string, UserId>> = { ada, bob };
const rooms: Readonly<Record<string, RoomId>> = { hall, attic };

/** A query as typed, where `ada` and `bob`, `hall` and `attic` exist. */
export const query = (text: string): Query => {
  const resolved = resolve(parseQuery(text, asked), {
    people: (name) => (people[name] === undefined ? [] : [people[name]]),
    rooms: (name) => (rooms[name] === undefined ? [] : [rooms[name]]),
  });
  if ('unknown' in resolved) throw new Error('a sample names somebody else');
  return resolved.query;
};

/** A message of Ada's in the hall that says a text. */
export const message = (
  texts: string | readonly DocumentText[],
  rest: Partial<Omit<SeenMessage, 'texts'>> = {},
): SeenMessage => ({
  texts: typeof texts === 'string' ? [{ kind: 'message', text: texts }] : texts,
  from: ada,
  has: new Set<Has>(),
  roomId: hall,
  published: asked.now,
  unseen: false,
  ...rest,
});
