import {
  type Activity,
  CloisterError,
  type Conversation,
  type OrganisationId,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { singleFlight } from '../async/single-flight.ts';
import { numberOf } from '../json.ts';
import type { Platform } from '../platform.ts';
import { AwaitedPositions } from './awaited-positions.ts';
import { type CoreRooms, pageSize } from './core-rooms.ts';
import { EarlyEntries } from './early-entries.ts';
import type { LogEntry } from './log-entry.ts';
import { emptyWindow, joined, lastOf, trimmed } from './log-window.ts';
import { namedIn } from './named-in.ts';
import { readActivity } from './read-activity.ts';
import { type PinResource, type RoomState, withConversation, withEntry } from './room-state.ts';

export interface RoomBookOptions {
  readonly platform: Pick<Platform, 'after'>;
  readonly core: CoreRooms;
  readonly me: UserId;
  readonly pin: PinResource;
  /** Somebody is or was in a room; of which organisation, as far as the core says. */
  readonly met: (id: UserId, organisationId: OrganisationId | undefined) => void;
  /** A room, or the list of rooms, changed. */
  readonly changed: (id: RoomId) => void;
  /** Somebody came or went: what the key server's list was compared with is no longer so. */
  readonly membershipChanged: (id: RoomId) => void;
}

/** Beyond this many missed entries a room is read anew instead of replayed. */
const mostReplayed = 5 * pageSize;
const mostKept = 3_000;
/** How long entries before one's own may be on their way as events, in milliseconds. */
const patience = 300;

/** Every room of this person, kept up with the rooms' logs: the log is the truth, events are hints. */
export class RoomBook {
  readonly #options: RoomBookOptions;
  readonly #rooms = new Map<RoomId, RoomState>();
  readonly #syncing = new Map<RoomId, () => Promise<void>>();
  readonly #early = new EarlyEntries();
  readonly #awaited: AwaitedPositions;
  readonly #meeting = new Map<RoomId, Promise<void>>();
  /** Where this person left a room: what the core read before that may still be on its way. */
  readonly #left = new Map<RoomId, number>();
  readonly #creators = new Map<RoomId, UserId>();
  #loaded = false;

  constructor(options: RoomBookOptions) {
    this.#options = options;
    this.#awaited = new AwaitedPositions((ms, run) => options.platform.after(ms, run), patience);
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  get(id: RoomId): RoomState | undefined {
    return this.#rooms.get(id);
  }

  all(): readonly RoomState[] {
    return [...this.#rooms.values()];
  }

  /** The room, asked for when it is not known yet. @throws CloisterError `core/not-found` */
  async need(id: RoomId): Promise<RoomState> {
    return this.#rooms.get(id) ?? (await this.refresh(id));
  }

  /** Asks the core for the room: roster, keys, pending changes. */
  async refresh(id: RoomId): Promise<RoomState> {
    try {
      return await this.served(await this.#options.core.one(id));
    } catch (cause) {
      if (cause instanceof CloisterError && cause.code === 'core/not-found') this.drop(id);
      throw cause;
    }
  }

  /**
   * Takes over a room as the core served it.
   * @throws CloisterError `core/not-found` when it was read before this person left the room
   */
  async served(served: Conversation): Promise<RoomState> {
    const known = this.#rooms.get(served.id);
    const missed = (served.head ?? 0) - (known?.head ?? 0);
    // An open timeline goes on where it was, entry by entry, so that it keeps what is on screen.
    if (known?.opened && missed > 0 && missed <= mostReplayed) {
      await this.sync(served.id);
    }
    if ((served.head ?? 0) < (this.#left.get(served.id) ?? 0)) throw new CloisterError('core/not-found');
    const before = this.#rooms.get(served.id);
    const next = this.#with(before, served);
    const run = (served.activities?.items ?? [])
      .filter(({ position }) => position !== undefined)
      .map((item) => this.#read(served.id, item));
    const behind = before?.opened === true && lastOf(before.window) === before.head && next.head > before.head;
    const window = behind ? emptyWindow : next.window;
    this.#put({ ...next, window: joined(window, run) }, before);
    if (behind) await this.newest(served.id);
    return this.#rooms.get(served.id) ?? next;
  }

  /** Asks for the whole list; rooms that are gone from it are gone. */
  async syncAll(): Promise<void> {
    const before = new Map(this.#rooms);
    const seen = new Set<RoomId>();
    let next: string | undefined;
    do {
      const page = await this.#options.core.page(next);
      for (const room of page.items) {
        seen.add(room.id);
        await this.served(room).catch(ignoreStranger);
      }
      next = page.next;
    } while (next !== undefined);
    for (const [id, room] of before) {
      if (seen.has(id)) continue;
      // What events told meanwhile is newer than the list: such a room is asked for by itself, and a new one stays.
      if (this.#rooms.get(id) === room) this.drop(id);
      else if (this.#rooms.has(id)) await this.refresh(id).catch(ignoreStranger);
    }
    this.#loaded = true;
  }

  /** An activity from an event or from the answer to one's own request. */
  async apply(roomId: RoomId, activity: Activity): Promise<void> {
    if (activity.position === undefined) return this.#withoutPosition(roomId, activity);
    const room = this.#rooms.get(roomId);
    const entry = this.#read(roomId, activity);
    if (entry.body.kind === 'left' && entry.body.person === this.#options.me) return this.#leave(entry);
    if (room === undefined) {
      await this.#meet(roomId);
      // What came while it was on its way may be newer than it.
      return this.#rooms.has(roomId) ? this.apply(roomId, activity) : undefined;
    }
    if (entry.position > room.head + 1) {
      this.#early.keep(entry);
      return this.sync(roomId);
    }
    this.#next(entry);
    this.#continue(roomId);
  }

  /**
   * The answer to a request of one's own. In a busy room it comes before the events of what others wrote at the same
   * moment: these are asked for only when they do not come.
   */
  async applyAnswer(roomId: RoomId, activity: Activity): Promise<void> {
    const { position } = activity;
    const room = this.#rooms.get(roomId);
    if (position !== undefined && room !== undefined && position > room.head + 1) {
      this.#early.keep(this.#read(roomId, activity));
      await this.#awaited.reached(roomId, position);
    }
    await this.apply(roomId, activity);
  }

  /** Fetches what is missing after what is known. */
  async sync(roomId: RoomId): Promise<void> {
    const flight =
      this.#syncing.get(roomId) ??
      singleFlight(() => this.#syncNow(roomId).finally(() => this.#syncing.delete(roomId)));
    this.#syncing.set(roomId, flight);
    await flight();
  }

  /** Moves the window to the page that ends at the head. */
  async newest(roomId: RoomId): Promise<void> {
    const room = await this.need(roomId);
    const { items } = await this.#options.core.before(roomId, room.head + 1);
    const run = items.map((item) => this.#read(roomId, item));
    this.#update(roomId, (now) => ({
      ...now,
      opened: true,
      window: joined(lastOf(now.window) === now.head ? now.window : emptyWindow, run),
    }));
    if (lastOf({ entries: run }) > room.head) await this.sync(roomId);
  }

  /** Replaces the window by a page around a position. */
  async around(roomId: RoomId, position: number): Promise<void> {
    const after = Math.max(0, position - pageSize / 2);
    const { items } = await this.#options.core.after(roomId, after);
    const run = items.map((item) => this.#read(roomId, item));
    this.#update(roomId, (now) => ({ ...now, opened: true, window: joined(emptyWindow, run) }));
  }

  async older(roomId: RoomId): Promise<void> {
    const first = (await this.need(roomId)).window.entries[0]?.position;
    if (first === undefined) return this.newest(roomId);
    if (first <= 1) return;
    const { items } = await this.#options.core.before(roomId, first);
    this.#lay(roomId, items);
  }

  async newer(roomId: RoomId): Promise<void> {
    const room = await this.need(roomId);
    if (room.window.entries.length === 0) return this.newest(roomId);
    if (lastOf(room.window) >= room.head) return;
    const { items } = await this.#options.core.after(roomId, lastOf(room.window));
    this.#lay(roomId, items);
  }

  /** Who made the room, as the first entry of its log says. */
  async creatorOf(roomId: RoomId): Promise<UserId | undefined> {
    const known = this.#creators.get(roomId);
    if (known !== undefined) return known;
    const { items } = await this.#options.core.after(roomId, 0, 1);
    const [first] = items.map((item) => this.#read(roomId, item));
    if (first?.position !== 1 || first.body.kind !== 'created') return undefined;
    this.#creators.set(roomId, first.actor);
    return first.actor;
  }

  read(roomId: RoomId, position: number): void {
    this.#update(roomId, (now) =>
      position <= now.readPosition ? now : { ...now, readPosition: Math.min(position, now.head) },
    );
  }

  drop(roomId: RoomId): void {
    if (!this.#rooms.delete(roomId)) return;
    this.#early.drop(roomId);
    this.#options.changed(roomId);
  }

  #leave({ roomId, position }: LogEntry): void {
    this.#left.set(roomId, Math.max(position, this.#left.get(roomId) ?? 0));
    this.drop(roomId);
  }

  async #syncNow(roomId: RoomId): Promise<void> {
    const { core } = this.#options;
    try {
      for (let replayed = 0; replayed < mostReplayed; ) {
        const room = this.#rooms.get(roomId);
        if (room === undefined) return;
        const { items } = await core.after(roomId, room.head);
        for (const item of items) this.#next(this.#read(roomId, item));
        // Removed on the way, and perhaps added again since.
        if (!this.#rooms.has(roomId)) return void (await this.refresh(roomId).catch(ignoreStranger));
        this.#continue(roomId);
        replayed += items.length;
        if (items.length < pageSize) return;
      }
      await this.#readAnew(roomId);
    } catch (cause) {
      if (cause instanceof CloisterError && cause.code === 'core/not-found') return this.drop(roomId);
      throw cause;
    }
  }

  async #readAnew(roomId: RoomId): Promise<void> {
    const served = await this.#options.core.one(roomId);
    const room = this.#rooms.get(roomId);
    if (room === undefined) return;
    this.#put({ ...this.#with(room, served), window: emptyWindow }, room);
    await this.newest(roomId);
  }

  /** Applies the entry if it is the next one; an earlier one replaces its older copy. */
  #next(entry: LogEntry): void {
    const room = this.#rooms.get(entry.roomId);
    if (room === undefined || entry.position > room.head + 1) return;
    if (entry.body.kind === 'left' && entry.body.person === this.#options.me && entry.position === room.head + 1) {
      this.#leave(entry);
      return;
    }
    const next =
      entry.position === room.head + 1
        ? withEntry(room, entry, this.#options.me)
        : { ...room, window: joined(room.window, [entry]) };
    this.#put({ ...next, window: trimmed(next.window, mostKept, 'oldest') }, room);
  }

  /** A room heard of for the first time, mostly by an entry for each of its people: it is asked for once. */
  #meet(roomId: RoomId): Promise<void> {
    const meeting =
      this.#meeting.get(roomId) ??
      this.refresh(roomId)
        .then(() => undefined, ignoreStranger)
        .finally(() => this.#meeting.delete(roomId));
    this.#meeting.set(roomId, meeting);
    return meeting;
  }

  /** Takes up what came too early and is next now. */
  #continue(roomId: RoomId): void {
    const head = () => this.#rooms.get(roomId)?.head ?? 0;
    const next = () => this.#early.take(roomId, head() + 1);
    for (let entry = next(); entry !== undefined; entry = next()) this.#next(entry);
    this.#early.forget(roomId, head());
  }

  /** A read marker from another device of this person has no place in the log (wires §3). */
  async #withoutPosition(roomId: RoomId, activity: Activity): Promise<void> {
    if (activity.verb !== 'acknowledge' || activity.actor.id !== this.#options.me) return;
    const position = numberOf(activity, 'readPosition');
    if (position === undefined) await this.refresh(roomId).catch(ignoreStranger);
    else this.read(roomId, position);
  }

  #lay(roomId: RoomId, items: readonly Activity[]): void {
    const run = items.map((item) => this.#read(roomId, item));
    this.#update(roomId, (now) => ({ ...now, window: joined(now.window, run) }));
  }

  #with(before: RoomState | undefined, served: Conversation): RoomState {
    for (const { id, orgId } of served.participants?.items ?? []) this.#options.met(id, orgId);
    return withConversation(before, served, this.#options.pin);
  }

  #read(roomId: RoomId, activity: Activity): LogEntry {
    for (const { id, organisationId } of namedIn(activity)) this.#options.met(id, organisationId);
    return readActivity(roomId, activity);
  }

  #update(roomId: RoomId, change: (room: RoomState) => RoomState): void {
    const room = this.#rooms.get(roomId);
    if (room !== undefined) this.#put(change(room), room);
  }

  #put(next: RoomState, before: RoomState | undefined): void {
    this.#left.delete(next.id);
    this.#rooms.set(next.id, next);
    this.#awaited.known(next.id, next.head);
    this.#options.changed(next.id);
    if (before !== undefined && before.people !== next.people) this.#options.membershipChanged(next.id);
  }
}

const ignoreStranger = (cause: unknown): void => {
  if (!(cause instanceof CloisterError) || cause.code !== 'core/not-found') throw cause;
};
