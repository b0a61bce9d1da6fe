import { createHash, randomBytes } from 'node:crypto';
import {
  type Expression,
  newId,
  type OrganisationId,
  type Plan,
  type PlanRoom,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchHit } from './evaluate/cursor.ts';
import type { SearchIndex } from './search-index.ts';
import { everyHit, TestLog } from './testing/test-log.ts';

const runs = Math.max(5, Math.round(Number(process.env.CLOISTER_RUNS ?? 100) / 4));
const words = ['a', 'b', 'c', 'd', 'e'] as const;
type Word = (typeof words)[number];

/** An entry of a room as the model has it. */
interface ModelEntry {
  verb: 'post' | 'share' | 'delete' | 'add';
  published: number;
  words: readonly Word[];
  edits?: number;
  deletes?: number;
}

/** A room, its log and how far each organisation's index of it goes. */
interface ModelRoom {
  id: RoomId;
  log: ModelEntry[];
  indexed: number;
  suspendedAt: number | null;
  isMember: boolean;
  exists: boolean;
}

let log: TestLog;
beforeAll(async () => {
  log = await TestLog.open();
});
afterAll(() => log.end());

const tokenOf = (room: RoomId, word: string) => createHash('sha256').update(`${room} ${word}`).digest().subarray(0, 10);
const tokensOf = (room: RoomId, list: readonly string[]) =>
  Buffer.concat([...list.map((word) => tokenOf(room, word)), randomBytes(10)]);

const isContent = (entry: ModelEntry | undefined) => entry?.verb === 'post' || entry?.verb === 'share';
const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

const isDeleted = ({ log: entries }: ModelRoom, position: number): boolean =>
  entries.some(
    ({ deletes }) => deletes !== undefined && (deletes === position || entries[position - 1]?.edits === deletes),
  );

/** What the rules of wires.md §14 say of a document: the message it is now, if it is one. */
const messageOf = (room: ModelRoom, position: number): number | undefined => {
  const entry = room.log[position - 1];
  if (entry === undefined || !isContent(entry) || isDeleted(room, position)) return undefined;
  const message = entry.edits ?? position;
  const newest = room.log.findLastIndex(({ edits }) => edits === message) + 1;
  return newest > position ? undefined : message;
};

const holds = (expression: Expression, has: (slot: number) => boolean): boolean => {
  const [kind, ...rest] = expression;
  const inner = rest as Expression[];
  if (kind === 'slot') return has(rest[0] as number);
  if (kind === 'all') return true;
  if (kind === 'not') return !holds(inner[0] as Expression, has);
  return kind === 'and' ? inner.every((one) => holds(one, has)) : inner.some((one) => holds(one, has));
};

const expected = (rooms: readonly ModelRoom[], { expression, bounds, tellSlots }: Omit<Plan, 'rooms'>) =>
  rooms
    .filter(({ isMember, exists }) => isMember && exists)
    .flatMap((room) =>
      Array.from({ length: room.indexed }, (_, index) => index + 1).flatMap((position) => {
        const message = messageOf(room, position);
        if (message === undefined || position > (room.suspendedAt ?? position)) return [];
        const entry = room.log[position - 1] as ModelEntry;
        const { published } = room.log[message - 1] as ModelEntry;
        if (!holds(expression, (slot) => entry.words.includes(words[slot] as Word))) return [];
        if (published < (bounds?.from ?? 0) || published >= (bounds?.until ?? Number.POSITIVE_INFINITY)) return [];
        const held = words.flatMap((word, slot) => (entry.words.includes(word) ? [slot] : []));
        return [`${published} ${room.id} ${message} ${position} ${tellSlots ? held : 'untold'}`];
      }),
    )
    .sort();

const seen = (hits: readonly SearchHit[]) =>
  hits
    .map(
      ({ published, roomId, position, edit = position, slots = 'untold' }) =>
        `${published} ${roomId} ${position} ${edit} ${slots}`,
    )
    .sort();

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3 },
    fc.nat(words.length - 1).map((slot): Expression => ['slot', slot]),
    fc.constant<Expression>(['all']),
    tie('expression').map((inner): Expression => ['not', inner]),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
      )
      .map(([kind, inner]): Expression => [kind, ...inner]),
  ),
}));

const someWords = fc.subarray([...words]);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('post' as const), room: fc.nat(), words: someWords }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('edit' as const), room: fc.nat(), of: fc.nat(), words: someWords }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), room: fc.nat(), of: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('other' as const), room: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('index' as const), many: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), room: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('compact' as const), together: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), room: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('suspend' as const), room: fc.nat(), undo: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('member' as const), room: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('search' as const),
      expression,
      from: fc.option(fc.nat(60), { nil: undefined }),
      until: fc.option(fc.nat(90), { nil: undefined }),
      size: fc.integer({ min: 1, max: 5 }),
      parts: fc.integer({ min: 1, max: 3 }),
      tellSlots: fc.constantFrom(true as const, undefined),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Rooms, an asker and an index, and the same in the model. */
class World {
  readonly asker = newId<UserId>();
  readonly organisationId = newId<OrganisationId>();
  readonly index: SearchIndex;
  readonly rooms: ModelRoom[];
  #clock = 0;

  constructor(index: SearchIndex, rooms: readonly RoomId[]) {
    this.index = index;
    this.rooms = rooms.map((id) => ({ id, log: [], indexed: 0, suspendedAt: null, isMember: false, exists: false }));
  }

  async run(one: Step): Promise<void> {
    switch (one.do) {
      case 'post':
        return this.#write(at(this.rooms, one.room), { verb: 'post', words: one.words });
      case 'other':
        return this.#write(at(this.rooms, one.room), { verb: 'add', words: [] });
      case 'edit':
      case 'delete':
        return this.#change(one);
      case 'index':
        return this.#append(this.rooms.map((room) => [room, Math.min(room.log.length, room.indexed + one.many)]));
      case 'repeat':
        return this.#repeat(at(this.rooms, one.room));
      case 'compact':
        await (one.together
          ? Promise.all([this.index.compact(true), (await log.index({ key })).compact(true)])
          : this.index.compact(true));
        return;
      case 'drop': {
        const room = at(this.rooms, one.room);
        await this.index.drop(this.organisationId, { roomId: room.id, generation: 1 });
        Object.assign(room, { indexed: 0, exists: false });
        return;
      }
      case 'suspend': {
        const room = at(this.rooms, one.room);
        room.suspendedAt = one.undo ? null : room.log.length;
        return log.suspend(room.id, this.asker, room.suspendedAt);
      }
      case 'member': {
        const room = at(this.rooms, one.room);
        room.isMember = !room.isMember;
        room.suspendedAt = null;
        return room.isMember ? log.join(room.id, this.asker) : log.leave(room.id, this.asker);
      }
      case 'search':
        return this.#search(one);
    }
  }

  async #write(room: ModelRoom, { verb, words: own, edits, deletes }: Omit<ModelEntry, 'published'>): Promise<void> {
    this.#clock += 1;
    const published = this.#clock;
    await log.write(room.id, {
      verb,
      published,
      ...(edits === undefined ? {} : { parent: { position: edits, type: 'edit' } }),
      ...(deletes === undefined ? {} : { target: deletes }),
    });
    room.log.push({
      verb,
      published,
      words: own,
      ...(edits === undefined ? {} : { edits }),
      ...(deletes === undefined ? {} : { deletes }),
    });
  }

  async #change(one: Extract<Step, { do: 'edit' | 'delete' }>): Promise<void> {
    const room = at(this.rooms, one.room);
    const messages = room.log.flatMap((entry, index) =>
      entry.verb === 'post' && entry.edits === undefined && !isDeleted(room, index + 1) ? [index + 1] : [],
    );
    if (messages.length === 0) return;
    const message = at(messages, one.of);
    if (one.do === 'edit') await this.#write(room, { verb: 'post', words: one.words, edits: message });
    else await this.#write(room, { verb: 'delete', words: [], deletes: message });
  }

  async #append(wanted: readonly (readonly [ModelRoom, number])[]): Promise<void> {
    const parts = wanted
      .filter(([room, to]) => to > room.indexed)
      .map(([room, to]) => ({ room, to, part: this.#part(room, room.indexed, to) }));
    if (parts.length === 0) return;
    const answers = await this.index.append(
      this.organisationId,
      parts.map(({ part }) => part),
    );
    parts.forEach(({ room, to }, index) => {
      expect(answers[index]).toEqual({ roomId: room.id, generation: 1, position: to, accepted: true });
      Object.assign(room, { indexed: to, exists: true });
    });
  }

  #part(room: ModelRoom, from: number, to: number) {
    const positions = Array.from({ length: to - from }, (_, index) => from + index + 1);
    // An indexer leaves out what is deleted when it comes to it.
    const content = positions.filter((position) => isContent(room.log[position - 1]) && !isDeleted(room, position));
    const documents = content.map((position) => ({
      position,
      tokens: tokensOf(room.id, (room.log[position - 1] as ModelEntry).words),
    }));
    return { roomId: room.id, generation: 1, from, to, documents };
  }

  /** What is there already, and what begins elsewhere, is told where the index stands. */
  async #repeat(room: ModelRoom): Promise<void> {
    if (room.indexed === 0) return;
    const parts = [
      this.#part(room, 0, room.indexed),
      { ...this.#part(room, room.indexed, room.indexed), to: room.log.length + 1 },
    ];
    for (const part of parts) {
      const [answer] = await this.index.append(this.organisationId, [part]);
      expect(answer).toEqual({ roomId: room.id, generation: 1, position: room.indexed, accepted: false });
    }
  }

  async #search(one: Extract<Step, { do: 'search' }>): Promise<void> {
    const order = this.rooms.toSorted((a, b) => (b.log.at(-1)?.published ?? 0) - (a.log.at(-1)?.published ?? 0));
    const bounds = { from: one.from, until: one.until };
    const { expression, tellSlots } = one;
    const asked = { last: true, expression, bounds, tellSlots, slots: words.length };
    const roomOf = ({ id }: ModelRoom): PlanRoom => ({
      roomId: id,
      generation: 1,
      slots: words.map((word) => tokensOf(id, [word])),
    });
    const plans = Array.from({ length: one.parts }, (_, part): Plan => {
      const rooms = order.filter((_room, index) => Math.floor((index * one.parts) / order.length) === part).map(roomOf);
      return { ...asked, last: part === one.parts - 1, rooms };
    });
    const request = {
      asker: this.asker,
      organisationId: this.organisationId,
      rooms: order.map(({ id }) => id),
      size: one.size,
    };
    const hits = await everyHit(this.index, request, plans);
    expect(seen(hits)).toEqual(expected(this.rooms, asked));
    expect(hits.map(({ published }) => published)).toEqual(
      hits.map(({ published }) => published).sort((a, b) => b - a),
    );
  }
}

const key = randomBytes(32);

describe('the search index', () => {
  it('finds after any history what a scan of the logs and documents finds, newest first, and says by which slots (R397)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
        const index = await log.index({ key });
        const world = new World(index, [await log.room(), await log.room(), await log.room()]);
        for (const room of [0, 1, 2]) await world.run({ do: 'member', room });
        for (const one of steps) await world.run(one);
        await index.drop(world.organisationId);
      }),
      { numRuns: runs },
    );
  }, 240_000);
});
