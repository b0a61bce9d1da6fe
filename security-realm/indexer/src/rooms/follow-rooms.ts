import { backoffMs, isOff } from '@cloister/machine';
import type { IndexerClient } from '@cloister/sdk';
import { CloisterError, type IndexedRoom, type RoomId } from '@cloister/wire';
import type { FollowReport } from './follow-report.ts';
import { type FollowedRoom, restart } from './followed-room.ts';
import { Gathering, type RoomPart } from './gathering.ts';
import type { RoomBook } from './room-book.ts';
import { RoomQueue } from './room-queue.ts';
import type { SendPostings } from './send-postings.ts';

export interface FollowRoomsOptions {
  readonly client: Pick<IndexerClient, 'rooms' | 'indexes' | 'keysRevoked'>;
  readonly book: RoomBook;
  /** Reads what comes next of a room; `undefined` when nothing does. */
  readonly readPage: (room: FollowedRoom, signal: AbortSignal) => Promise<RoomPart | undefined>;
  readonly send: SendPostings;
  readonly flushMs: number;
  readonly after: (ms: number, run: () => void) => { cancel(): void };
  /** Milliseconds of a clock that only moves forward. */
  readonly monotonicNow: () => number;
  /** Every room is known, and compared with the core's. */
  readonly compared?: () => void;
  /** In [0, 1). */
  readonly random: () => number;
  readonly report: FollowReport;
}

/** Rooms that are read at the same time, and how many of them may be rooms that lag. */
const mostRooms = { most: 32, mostLagging: 24 };
/** So many documents go together; reading goes on until twice as many wait. */
const mostDocuments = 1000;
const pageRooms = 1000;
const ladder = { first: 1_000, most: 300_000 };
/** Every room is compared with the core's again after so long: somebody may have dropped an index. */
const compareMs = 600_000;

/**
 * Follows every room of the organisation: reads what is new, and hands it over as postings. What counts is the core's
 * position of each index: whatever ends in between, reading goes on from there.
 */
export class FollowRooms {
  readonly #options: FollowRoomsOptions;
  readonly #queue = new RoomQueue(mostRooms);
  readonly #gathering: Gathering;
  readonly #over = new AbortController();
  readonly #working = new Set<Promise<void>>();
  readonly #timers = new Map<FollowedRoom, { cancel(): void }>();
  #isSending = false;
  #isDue = false;
  #fault: unknown;

  constructor(options: FollowRoomsOptions) {
    this.#options = options;
    const { flushMs, after } = options;
    this.#gathering = new Gathering({ flushMs, mostDocuments, after, due: () => this.#due() });
  }

  /**
   * Works until it is told to stop, once.
   * @throws CloisterError what concerns every room: the function or the main key is off, the core is away
   */
  async run(stop: AbortSignal): Promise<void> {
    const end = () => this.#over.abort();
    stop.addEventListener('abort', end);
    if (stop.aborted) end();
    await this.#learn().catch((cause) => this.#end(cause));
    this.#over.abort();
    stop.removeEventListener('abort', end);
    for (const timer of this.#timers.values()) timer.cancel();
    this.#gathering.clear();
    while (this.#working.size > 0) await Promise.all(this.#working);
    if (!stop.aborted) throw this.#fault;
  }

  /** Every room once, and then those that got entries, until it is time to compare again. */
  async #learn(): Promise<void> {
    const { client, book, monotonicNow, compared } = this.#options;
    const { signal } = this.#over;
    for (let cursor: string | undefined; !signal.aborted; ) {
      const until = monotonicNow() + compareMs;
      book.begin();
      for (let after: RoomId | undefined, next = true; next; next = after !== undefined) {
        const asked = monotonicNow();
        const page = await client.indexes({ after, limit: pageRooms, signal });
        await this.#heard(page.items, asked);
        after = page.next;
      }
      for (const gone of book.end()) this.#forget(gone);
      compared?.();
      while (monotonicNow() < until && !signal.aborted) {
        const asked = monotonicNow();
        const { items, next } = await client.rooms({ after: cursor, wait: 20, limit: pageRooms, signal });
        await this.#heard(items, asked);
        cursor = next;
      }
    }
  }

  async #heard(items: readonly IndexedRoom[], asked: number): Promise<void> {
    const { book, send } = this.#options;
    for (const room of await book.learn(items, asked)) {
      this.#queue.add(room);
      this.#work(send.dropOthers(room));
    }
    this.#begin();
  }

  /** Gives rooms their turns while there are hands and what was read is taken. */
  #begin(): void {
    while (!this.#over.signal.aborted && this.#gathering.documents < 2 * mostDocuments) {
      const turn = this.#queue.take();
      if (turn === undefined) return;
      this.#work(
        this.#read(turn.room).finally(() => {
          turn.done();
          this.#begin();
        }),
      );
    }
  }

  async #read(room: FollowedRoom): Promise<void> {
    const { run } = room;
    try {
      const part = await this.#options.readPage(room, this.#over.signal);
      if (room.run !== run || this.#over.signal.aborted) return;
      room.failures = 0;
      // The log ends earlier than was heard.
      if (part === undefined) room.head = room.read;
      else {
        room.read = part.to;
        this.#gathering.add(part);
      }
    } catch (cause) {
      if (room.run === run) await this.#wait(room, cause);
    }
  }

  /** The room waits, longer each time; what concerns every room ends the work. */
  async #wait(room: FollowedRoom, fault: unknown): Promise<void> {
    const { client, report, after, random } = this.#options;
    if (this.#over.signal.aborted) return;
    if (isOff(fault) || !(fault instanceof CloisterError)) throw fault;
    // Nobody of the organisation is in it any more.
    if (fault.code === 'core/not-found') return this.#forget(room);
    // Another organisation's main key keeps its rooms waiting; our own, everything.
    if (fault.code === 'kms/revoked' && (await client.keysRevoked({ signal: this.#over.signal }))) throw fault;
    report.waits(fault);
    room.isWaiting = true;
    const ms = backoffMs(ladder, room.failures, random());
    room.failures += 1;
    this.#timers.get(room)?.cancel();
    this.#timers.set(
      room,
      after(ms, () => {
        this.#timers.delete(room);
        room.isWaiting = false;
        this.#queue.add(room);
        this.#begin();
      }),
    );
  }

  #due(): void {
    this.#isDue = true;
    if (!this.#isSending) this.#flush();
  }

  /** One batch after the other: a room's next begins where the core took the one before. */
  #flush(): void {
    const parts = this.#gathering.take();
    this.#isDue = false;
    if (parts.length === 0 || this.#over.signal.aborted) return;
    this.#isSending = true;
    this.#work(
      this.#send(parts).finally(() => {
        this.#isSending = false;
        if (this.#isDue) this.#flush();
        this.#begin();
      }),
    );
  }

  async #send(parts: readonly RoomPart[]): Promise<void> {
    const { send } = this.#options;
    const again = await send.send(parts, this.#over.signal);
    for (const { room, position } of again) {
      restart(room, position);
      // What was read on meanwhile followed on what was not taken.
      this.#gathering.drop(room);
      this.#queue.add(room);
    }
    for (const { room, fault } of again) if (fault !== undefined) await this.#wait(room, fault);
    for (const { room } of parts) await send.dropOthers(room);
  }

  #forget(room: FollowedRoom): void {
    this.#options.book.forget(room);
    this.#gathering.drop(room);
    this.#queue.remove(room);
  }

  #work(work: Promise<void>): void {
    const working = work.catch((cause) => this.#end(cause)).finally(() => this.#working.delete(working));
    this.#working.add(working);
  }

  #end(cause: unknown): void {
    if (this.#over.signal.aborted) return;
    this.#fault = cause;
    this.#over.abort();
  }
}
