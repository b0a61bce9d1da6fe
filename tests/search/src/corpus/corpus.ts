import { type ActivityId, newId } from '@cloister/wire';
import { drawer, zipf } from './draw.ts';
import { file, type SharedFile } from './files.ts';
import { type Random, seeded } from './random.ts';
import { text } from './talk.ts';
import { makeWorld, type Person, type Room, type World } from './world.ts';

interface Entry {
  readonly room: Room;
  /** In the room: 1, 2, … */
  readonly position: number;
  readonly activityId: ActivityId;
  readonly actor: Person;
  /** ms. */
  readonly published: number;
}

export interface Content {
  readonly text: string;
  readonly files: readonly SharedFile[];
}

/** A `post`, or with files a `share`. */
export interface Message extends Entry, Content {
  readonly kind: 'message';
}

/** What a message says from now on, whole: files too. */
export interface Edit extends Entry, Content {
  readonly kind: 'edit';
  readonly of: Message;
}

export interface Deletion extends Entry {
  readonly kind: 'deletion';
  readonly of: Message;
}

export type CorpusEntry = Message | Edit | Deletion;

export interface CorpusOptions {
  readonly seed: string;
  readonly messages: number;
  /** One for 200 messages, unless told. */
  readonly rooms?: number;
  readonly organisations?: number;
  /** Of each organisation. */
  readonly people?: number;
  /** ms; two years after it the last entry is made. */
  readonly start?: number;
}

export interface Corpus extends World {
  /** Every entry of every room, by time. Each call begins anew and gives the same. */
  entries(): Generator<CorpusEntry, void>;
}

const twoYears = 2 * 365 * 86_400_000;
const edited = 0.04;
const deleted = 0.015;
const withFiles = 0.06;
/** An edit or a deletion is of one of so many last messages of a room, so that no more need be remembered. */
const remembered = 6;

/** Rooms full of messages, which the options alone decide; memory does not grow with `messages`. */
export function corpus(options: CorpusOptions): Corpus {
  const { seed, messages } = options;
  const world = makeWorld(seeded(`${seed}/world`), {
    organisations: options.organisations ?? 3,
    people: options.people ?? 40,
    rooms: options.rooms ?? Math.max(8, Math.ceil(messages / 200)),
  });
  const start = options.start ?? Date.UTC(2024, 10, 22);
  return { ...world, entries: () => entries(world, seeded(`${seed}/entries`), messages, start) };
}

function* entries(world: World, random: Random, messages: number, start: number): Generator<CorpusEntry, void> {
  const chooseRoom = weighted(world.rooms, random);
  const talking = new Map<Room, { position: number; recent: Message[] }>();
  const step = twoYears / messages;
  for (let index = 0; index < messages; index++) {
    const room = chooseRoom();
    const state = talking.get(room) ?? { position: 0, recent: [] };
    talking.set(room, state);
    const at = start + index * step;
    const entry = (actor: Person, within: number): Entry => ({
      room,
      position: ++state.position,
      activityId: newId<ActivityId>(random.bytes),
      actor,
      published: Math.floor(at + step * within),
    });
    const message: Message = { kind: 'message', ...entry(random.pick(room.members), 0), ...content(room, random) };
    yield message;
    state.recent.push(message);
    if (state.recent.length > remembered) state.recent.shift();
    if (random.chance(edited)) {
      const of = random.pick(state.recent);
      yield { kind: 'edit', of, ...entry(of.actor, 0.3), ...content(room, random), files: of.files };
    }
    if (random.chance(deleted)) {
      const [of] = state.recent.splice(random.below(state.recent.length), 1);
      if (of !== undefined) yield { kind: 'deletion', of, ...entry(of.actor, 0.6) };
    }
  }
}

function content(room: Room, random: Random): Content {
  const draw = drawer(random, room.topic);
  const files = random.chance(withFiles)
    ? Array.from({ length: 1 + zipf(random, 4) }, () => file(room.talk, draw))
    : [];
  const sentences = random.chance(0.003) ? 30 + random.below(60) : 1 + zipf(random, 6);
  return { text: files.length > 0 && random.chance(0.3) ? '' : text(room.talk, draw, sentences), files };
}

/** Rooms, as likely as they are busy. */
function weighted(rooms: readonly Room[], random: Random): () => Room {
  const sums: number[] = [];
  let total = 0;
  for (const room of rooms) {
    total += room.weight;
    sums.push(total);
  }
  return () => {
    const aim = random.next() * total;
    let [low, high] = [0, rooms.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > aim) high = middle;
      else low = middle + 1;
    }
    return rooms[low] as Room;
  };
}
