import { type Random, seeded } from '@cloister/search-tests';
import { newId, type OrganisationId, type RoomId, type UserId } from '@cloister/wire';
import { English } from './english.ts';

export interface BenchRoom {
  readonly id: RoomId;
  readonly messages: number;
  readonly seed: string;
}

export interface BenchMessage {
  readonly position: number;
  /** Milliseconds. */
  readonly published: number;
  readonly actor: UserId;
  readonly text: string;
}

/** Somebody who is in so many rooms, chosen by chance. */
export interface Asker {
  readonly id: UserId;
  readonly rooms: readonly BenchRoom[];
}

const messagesOfRoom = 200;
const askersOfSize = 2;
const twoYears = 2 * 365 * 86_400_000;

/** One organisation's rooms, of Pareto sizes, and what is said in them; the seed alone decides. */
export class BenchWorld {
  readonly organisationId: OrganisationId;
  readonly rooms: readonly BenchRoom[];
  readonly people: readonly UserId[];
  readonly english = new English('bench/english');
  readonly now: number;

  constructor(messages: number, now: number) {
    const random = seeded('bench/world');
    this.now = now;
    this.organisationId = newId<OrganisationId>(random.bytes);
    this.people = Array.from({ length: 200 }, () => newId<UserId>(random.bytes));
    const weights = Array.from({ length: Math.ceil(messages / messagesOfRoom) }, () =>
      Math.min(230, (1 - random.next()) ** (-1 / 1.2)),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    this.rooms = weights.map((weight, at) => ({
      id: newId<RoomId>(random.bytes),
      messages: Math.max(1, Math.round((weight / sum) * messages)),
      seed: `bench/room/${at}`,
    }));
  }

  /** What was said in a room, oldest first, spread over two years. */
  *messagesOf(room: BenchRoom): Generator<BenchMessage, void> {
    const random = seeded(room.seed);
    const step = twoYears / room.messages;
    for (let position = 1; position <= room.messages; position++) {
      const published = Math.floor(this.now - twoYears + (position - random.next()) * step);
      yield { position, published, actor: random.pick(this.people), text: this.english.message(random) };
    }
  }

  askers(size: number): Asker[] {
    return Array.from({ length: askersOfSize }, (_, at) => {
      const random = seeded(`bench/asker/${size}/${at}`);
      return { id: newId<UserId>(random.bytes), rooms: someOf(this.rooms, size, random) };
    });
  }

  /** Two words of a query: one of rank 200 to 600, one of 1,000 to 4,000. */
  words(random: Random): [string, string] {
    const word = (from: number, to: number) => this.english.words[from + random.below(to - from)] ?? '';
    return [word(200, 600), word(1000, 4000)];
  }
}

function someOf<T>(list: readonly T[], count: number, random: Random): T[] {
  const left = [...list];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.below(left.length), 1)).flat();
}
