import type { UserId } from '@cloister/wire';
import type { Room } from '../corpus/world.ts';
import type { Library, Shelved } from './library.ts';
import { type Answer, matchesPart } from './match-part.ts';
import { pieces } from './pieces.ts';
import type { Query } from './query.ts';
import type { Settled } from './settled.ts';
import type { Stems } from './stems.ts';

type Judge = (message: Shelved, excluded: boolean) => Answer;

export interface Scanned {
  readonly found: readonly Settled[];
  /** Left out of comparisons by name: `file-phrases`. */
  readonly filePhrases: readonly Settled[];
}

/** Looks at every message of the rooms somebody is in, one after the other. */
export function scan(query: Query, reader: UserId, library: Library, stems: Stems): Scanned {
  const judge = judgeOf(query, library, stems);
  const rooms = new Map<Room, boolean>();
  const mayRead = (room: Room): boolean => {
    const may = rooms.get(room) ?? room.members.some(({ userId }) => userId === reader);
    rooms.set(room, may);
    return may;
  };
  const readable = library.messages.filter((message) => mayRead(message.settled.message.room));
  const answers = Map.groupBy(readable, (message) => judge(message, false));
  const settled = (answer: Answer): Settled[] => (answers.get(answer) ?? []).map((message) => message.settled);
  return { found: settled('yes'), filePhrases: settled('maybe') };
}

/** Learns the stems of every word of messages and queries. */
export async function learnStems(stems: Stems, library: Library, queries: readonly string[]): Promise<void> {
  const asked = queries.flatMap((query) => pieces(query));
  await stems.learn([...library.pieces, ...asked].filter(({ kind }) => kind === 'W').map(({ text }) => text));
}

function judgeOf(query: Query, library: Library, stems: Stems): Judge {
  switch (query.kind) {
    case 'part':
      return matchesPart(query, stems, library);
    case 'and': {
      const all = query.all.map((one) => judgeOf(one, library, stems));
      return (message, excluded) => leastOf(all, message, excluded);
    }
    case 'or': {
      const all = query.all.map((one) => judgeOf(one, library, stems));
      return (message, excluded) => not(leastOf(all.map(inverted), message, excluded));
    }
    case 'not': {
      const one = judgeOf(query.one, library, stems);
      return (message, excluded) => not(one(message, !excluded));
    }
    case 'from':
      return ({ settled }) => yes(query.users.includes(settled.message.actor.userId));
    case 'in':
      return ({ settled }) => yes(query.rooms.includes(settled.message.room.roomId));
    case 'has':
      return ({ has }) => yes(has.has(query.what));
    case 'time':
      return ({ settled: { message } }) => yes(message.published >= query.from && message.published < query.until);
  }
}

const yes = (is: boolean): Answer => (is ? 'yes' : 'no');
const not = (answer: Answer): Answer => ({ yes: 'no', maybe: 'maybe', no: 'yes' })[answer] as Answer;
const inverted =
  (judge: Judge): Judge =>
  (message, excluded) =>
    not(judge(message, excluded));

function leastOf(all: readonly Judge[], message: Shelved, excluded: boolean): Answer {
  let least: Answer = 'yes';
  for (const judge of all) {
    const answer = judge(message, excluded);
    if (answer === 'no') return 'no';
    if (answer === 'maybe') least = 'maybe';
  }
  return least;
}
