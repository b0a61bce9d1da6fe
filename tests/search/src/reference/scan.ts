import type { UserId } from '@cloister/wire';
import type { Room } from '../corpus/world.ts';
import type { Library } from './library.ts';
import { type Files, type Judge, matchesPart } from './match-part.ts';
import { pieces } from './pieces.ts';
import type { Query } from './query.ts';
import type { Settled } from './settled.ts';
import type { Stems } from './stems.ts';

export interface Scan {
  /** Finds only what is in rooms that they are in. */
  readonly reader: UserId;
  readonly library: Library;
  readonly stems: Stems;
  readonly files: Files;
}

/** Looks at every message, one after the other. */
export function scan(query: Query, { reader, library, stems, files }: Scan): Settled[] {
  const judge = judgeOf(query, (part) => matchesPart(part, stems, library, files));
  const rooms = new Map<Room, boolean>();
  const mayRead = (room: Room): boolean => {
    const may = rooms.get(room) ?? room.members.some(({ userId }) => userId === reader);
    rooms.set(room, may);
    return may;
  };
  return library.messages
    .filter((message) => mayRead(message.settled.message.room) && judge(message, false))
    .map(({ settled }) => settled);
}

/** Learns the stems of every word of messages and queries. */
export async function learnStems(stems: Stems, library: Library, queries: readonly string[]): Promise<void> {
  const asked = queries.flatMap((query) => pieces(query));
  await stems.learn([...library.pieces, ...asked].filter(({ kind }) => kind === 'W').map(({ text }) => text));
}

function judgeOf(query: Query, judgePart: (part: Query & { kind: 'part' }) => Judge): Judge {
  switch (query.kind) {
    case 'part':
      return judgePart(query);
    case 'and': {
      const all = query.all.map((one) => judgeOf(one, judgePart));
      return (message, excluded) => all.every((judge) => judge(message, excluded));
    }
    case 'or': {
      const all = query.all.map((one) => judgeOf(one, judgePart));
      return (message, excluded) => all.some((judge) => judge(message, excluded));
    }
    case 'not': {
      const one = judgeOf(query.one, judgePart);
      return (message, excluded) => !one(message, !excluded);
    }
    case 'from':
      return ({ settled }) => query.users.includes(settled.message.actor.userId);
    case 'in':
      return ({ settled }) => query.rooms.includes(settled.message.room.roomId);
    case 'has':
      return ({ has }) => has.has(query.what);
    case 'time':
      return ({ settled: { message } }) => message.published >= query.from && message.published < query.until;
  }
}
