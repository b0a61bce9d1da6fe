import { type Database, DatabaseError, type Queries } from '@cloister/database';
import { CloisterError, type KeyLimits, type RoomId, type UserId } from '@cloister/wire';
import { decidePost } from '../domain/decide-post.ts';
import type { NewActivity, StoredActivity } from '../domain/stored-activity.ts';
import { findByTempId } from '../store/activities.ts';
import { countKeys, together } from '../store/key-counts.ts';
import { appendPosts, type PostRow } from '../store/post-statement.ts';
import { lockRoom } from '../store/room-writes.ts';
import type { Announcer, Replay } from './announcer.ts';
import { Lane } from './lane.ts';

/** What a change of a room committed, to be announced. */
export interface Committed<T> {
  readonly value: T;
  readonly roomId: RoomId;
  readonly version: number;
  readonly entries: readonly StoredActivity[];
  /** People to tell besides the members. */
  readonly also?: readonly UserId[];
  readonly replay?: Replay;
}

export interface RoomWriterOptions {
  readonly db: Database;
  readonly announcer: Announcer;
  readonly now: () => number;
  readonly limits: KeyLimits;
  /** Told of shares in the transaction that appends them; its answer is called after the commit. */
  readonly noteShares: (tx: Queries, shares: readonly NewActivity[]) => Promise<() => void>;
  /** How many rooms may be written at once; each lane holds one connection while it writes. */
  readonly lanes: number;
}

interface Answered {
  readonly row: PostRow;
  readonly published: Date;
}

/** More posts waiting than this, and new ones are refused for the moment. */
const waitingLimit = 5000;
/** A post is asked again when people or keys changed while it waited; more often than this means something is wrong. */
const attempts = 20;

/** Writes rooms' logs. A room always belongs to one lane, so its entries are committed and announced in order. */
export class RoomWriter {
  readonly #options: RoomWriterOptions;
  readonly #lanes: Lane<NewActivity, Answered>[];

  constructor(options: RoomWriterOptions) {
    this.#options = options;
    this.#lanes = Array.from(
      { length: options.lanes },
      () => new Lane({ batch: (posts) => this.#append(posts), keyOf: repeatKey, batchLimit: together }),
    );
  }

  /** Appends content. A repeat (same room, author and clientTempId) answers what was stored before. */
  async post(post: NewActivity): Promise<{ activity: StoredActivity; repeated: boolean }> {
    const lane = this.#laneOf(post.roomId);
    if (lane.waiting > waitingLimit) throw new CloisterError('core/unavailable');
    let counts = false;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { row, published } = await (counts ? this.#countAndAppend(post) : lane.add(post));
      const edits = post.parentType === 'edit';
      const outcome = decidePost(row, edits, post.parentId !== null, row.parentActor === post.actorId);
      if (outcome.kind === 'stored') {
        // It is stored whatever becomes of the count, which the next post would ask for.
        if (row.countDue) await this.change(post.roomId, (tx) => this.#count(tx, post.roomId)).catch(() => undefined);
        return { activity: { ...post, position: outcome.position, published, receipt: null }, repeated: false };
      }
      counts = outcome.kind === 'uncounted';
      if (outcome.kind === 'repeat') return { activity: await this.#repeated(post), repeated: true };
    }
    throw new CloisterError('core/unavailable');
  }

  /** Changes a room in a transaction of its own, alone in its lane, and announces what it committed. */
  change<T>(roomId: RoomId, work: (tx: Queries) => Promise<Committed<T> | T>): Promise<T> {
    return this.#laneOf(roomId).turn(async () => {
      let unheard: Committed<T> | undefined;
      const { done, committed } = await this.#options.db
        .transaction(async (tx) => {
          unheard = undefined;
          const result = await work(tx);
          const entries = isCommitted(result) ? result.entries : [];
          const noted = await this.#note(tx, entries);
          if (isCommitted(result)) unheard = result;
          return { done: result, committed: noted };
        })
        .catch((error: unknown) => {
          // A commit whose answer was lost may stand: if it does, readers are told.
          if (unheard !== undefined) this.#options.announcer.perhaps(unheard);
          throw error;
        });
      committed();
      if (!isCommitted(done)) return done;
      if (done.entries.length > 0) {
        await this.#options.announcer.announce(done.roomId, done.version, done.entries, done.also);
      }
      if (done.replay !== undefined) await this.#options.announcer.replay(done.roomId, done.version, done.replay);
      return done.value;
    });
  }

  /** Alone in its lane: nothing comes between the count and the post that it is for. */
  #countAndAppend(post: NewActivity): Promise<Answered> {
    return this.#laneOf(post.roomId).turn(async () => {
      await this.#options.db.transaction((tx) => this.#count(tx, post.roomId));
      const [answered] = await this.#append([post]);
      return answered as Answered;
    });
  }

  async #count(tx: Queries, roomId: RoomId): Promise<void> {
    await lockRoom(tx, roomId);
    await countKeys(tx, roomId, this.#options.limits);
  }

  async #append(posts: readonly NewActivity[]): Promise<Answered[]> {
    const published = new Date(this.#options.now());
    const rows = await this.#appendOnce(posts, published);
    await this.#announce(posts, rows, published);
    return rows.map((row) => ({ row, published }));
  }

  /** A repeat that another core process stored meanwhile shows as a broken uniqueness; the next look finds it. */
  async #appendOnce(posts: readonly NewActivity[], published: Date): Promise<PostRow[]> {
    try {
      return await this.#write(posts, published);
    } catch (error) {
      if (error instanceof DatabaseError && error.fault === 'unique') return this.#write(posts, published);
      throw error;
    }
  }

  /** One statement; in a transaction only when a share among the posts may be work for a function. */
  async #write(posts: readonly NewActivity[], published: Date): Promise<PostRow[]> {
    const { db, limits } = this.#options;
    if (!posts.some(isShare)) return appendPosts(db, posts, published, limits);
    const { rows, committed } = await db.transaction(async (tx) => {
      const appended = await appendPosts(tx, posts, published, limits);
      const stored = posts.filter((_, index) => typeof appended[index]?.position === 'number');
      return { rows: appended, committed: await this.#note(tx, stored) };
    });
    committed();
    return rows;
  }

  async #note(tx: Queries, entries: readonly NewActivity[]): Promise<() => void> {
    const shares = entries.filter(isShare);
    return shares.length === 0 ? () => undefined : this.#options.noteShares(tx, shares);
  }

  async #announce(posts: readonly NewActivity[], rows: readonly PostRow[], published: Date): Promise<void> {
    const rooms = new Map<RoomId, { version: number; entries: StoredActivity[] }>();
    posts.forEach((post, index) => {
      const row = rows[index];
      if (row === undefined || row.position === null) return;
      const room = rooms.get(post.roomId) ?? { version: row.version, entries: [] };
      rooms.set(post.roomId, room);
      room.entries.push({ ...post, position: row.position, published, receipt: null });
    });
    for (const [roomId, { version, entries }] of rooms)
      await this.#options.announcer.announce(roomId, version, entries);
  }

  async #repeated(post: NewActivity): Promise<StoredActivity> {
    const stored = await findByTempId(this.#options.db, post.roomId, post.actorId, post.clientTempId ?? '');
    if (stored === null) throw new CloisterError('core/unavailable');
    return stored;
  }

  #laneOf(roomId: RoomId): Lane<NewActivity, Answered> {
    const index = Number.parseInt(roomId.slice(-8), 16) % this.#lanes.length;
    return this.#lanes[index] as Lane<NewActivity, Answered>;
  }
}

/** Files shared; what replaces the text beside them is not. */
const isShare = ({ verb, parentType }: NewActivity) => verb === 'share' && parentType !== 'edit';

const repeatKey = ({ roomId, actorId, clientTempId }: NewActivity) =>
  clientTempId === null ? undefined : `${roomId} ${actorId} ${clientTempId}`;

const isCommitted = <T>(done: Committed<T> | T): done is Committed<T> =>
  typeof done === 'object' && done !== null && 'entries' in done && 'version' in done && 'value' in done;
