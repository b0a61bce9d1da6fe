import { openText } from '@cloister/seal';
import { type CloisterError, hostOf, type RoomId } from '@cloister/wire';
import type { Content } from '../api/content.ts';
import { backoff } from '../async/backoff.ts';
import type { ContentKeys } from '../keys/content-keys.ts';
import { isKeyOf } from '../keys/key-record.ts';
import type { Platform, Timer } from '../platform.ts';
import type { SealedText } from '../rooms/log-entry.ts';
import type { RoomState } from '../rooms/room-state.ts';
import { failureOf } from './undecryptable.ts';

export interface OpenerOptions {
  readonly platform: Platform;
  readonly keys: ContentKeys;
  readonly room: (id: RoomId) => RoomState | undefined;
  readonly isMember: (room: RoomState) => boolean;
  /** Something of this room that was asked for by `read` opened, or failed. */
  readonly changed: (id: RoomId) => void;
}

const opening: Content<string> = { state: 'opening' };
const ladder = { first: 2_000, most: 60_000 };
/** Opened texts are kept while they may be on a screen; beyond that they are opened again when asked for. */
const mostKept = 20_000;

/** Opens sealed texts in the background and remembers how each went. What may heal is tried again by itself. */
export class Opener {
  readonly #options: OpenerOptions;
  readonly #contents = new Map<string, Content<string>>();
  readonly #failed = new Map<RoomId, Map<string, SealedText>>();
  readonly #retries = new Map<RoomId, { timer: Timer; count: number }>();
  /** How often everything was forgotten. */
  #era = 0;
  #isClosed = false;

  constructor(options: OpenerOptions) {
    this.#options = options;
  }

  /** How it stands now; asking starts the work. */
  read(roomId: RoomId, text: SealedText): Content<string> {
    const name = nameOf(roomId, text);
    const known = this.#contents.get(name);
    if (known !== undefined) return known;
    this.#remember(name, opening);
    void this.#open(roomId, text, name);
    return opening;
  }

  /** Waits until it opened or failed; changes no view that has not asked for it. */
  async settled(roomId: RoomId, text: SealedText): Promise<Content<string>> {
    const known = this.#contents.get(nameOf(roomId, text));
    if (known !== undefined && known.state !== 'opening') return known;
    return this.#open(roomId, text, nameOf(roomId, text));
  }

  /** Tries what failed in this room again, at once. */
  retry(roomId: RoomId, all = true): void {
    const failed = this.#failed.get(roomId);
    this.#retries.get(roomId)?.timer.cancel();
    if (failed === undefined) return;
    this.#failed.delete(roomId);
    for (const [name, text] of failed) {
      const content = this.#contents.get(name);
      if (all || (content?.state === 'undecryptable' && content.retrying)) void this.#open(roomId, text, name);
    }
  }

  /** The line or the key server is back. */
  retryAll(): void {
    for (const roomId of [...this.#failed.keys()]) this.retry(roomId, false);
  }

  /** Forgets all that was opened: it shows again when its key is given again. */
  forget(): void {
    this.#era += 1;
    this.#contents.clear();
    this.#failed.clear();
    this.#rest();
  }

  close(): void {
    this.#isClosed = true;
    this.#rest();
  }

  #rest(): void {
    for (const { timer } of this.#retries.values()) timer.cancel();
    this.#retries.clear();
  }

  async #open(roomId: RoomId, text: SealedText, name: string): Promise<Content<string>> {
    const era = this.#era;
    const content = await this.#attempt(roomId, text);
    // Opened by a key that was to be forgotten meanwhile.
    if (era !== this.#era) return this.#open(roomId, text, name);
    const isShown = this.#contents.has(name);
    this.#remember(name, content);
    if (content.state === 'undecryptable') this.#failing(roomId, text, name, content.retrying);
    else this.#retries.delete(roomId);
    // What a search looks at and no view has asked for changes none: every room's would be made anew for each.
    if (isShown) this.#options.changed(roomId);
    return content;
  }

  async #attempt(roomId: RoomId, { sealed, keyUri }: SealedText): Promise<Content<string>> {
    // Published clients leave empty texts unsealed (kms.md §2); anything else in the clear is not shown.
    if (sealed === '') return { state: 'open', value: '' };
    if (keyUri === undefined) return { state: 'undecryptable', reason: 'corrupt', retrying: false };
    const host = hostOf(keyUri);
    try {
      const found = await this.#options.keys.get(keyUri);
      const room = this.#options.room(roomId);
      if (found.resourceUri === undefined) {
        return { state: 'undecryptable', reason: 'not-yet-authorized', host, retrying: true };
      }
      // Threats row 17: the core may relabel a message; its key then belongs to another room's resource.
      if (room === undefined || !isKeyOf(found, room)) {
        return { state: 'undecryptable', reason: 'other-room', host, retrying: false };
      }
      return { state: 'open', value: await openText(found.key, sealed) };
    } catch (cause) {
      const room = this.#options.room(roomId);
      const member = room !== undefined && this.#options.isMember(room);
      return { state: 'undecryptable', host, ...failureOf(cause as CloisterError, member) };
    }
  }

  #failing(roomId: RoomId, text: SealedText, name: string, retrying: boolean): void {
    const failed = this.#failed.get(roomId) ?? new Map<string, SealedText>();
    this.#failed.set(roomId, failed.set(name, text));
    // What was being opened when all was closed fails after that, and would be tried for ever.
    if (retrying && !this.#isClosed) this.#later(roomId);
  }

  #later(roomId: RoomId): void {
    const { platform } = this.#options;
    const before = this.#retries.get(roomId);
    before?.timer.cancel();
    const count = before?.count ?? 0;
    const timer = platform.after(backoff(ladder, count, platform.jitter()), () => {
      this.#retries.set(roomId, { timer, count: count + 1 });
      this.retry(roomId, false);
    });
    this.#retries.set(roomId, { timer, count });
  }

  #remember(name: string, content: Content<string>): void {
    this.#contents.delete(name);
    this.#contents.set(name, content);
    if (this.#contents.size <= mostKept) return;
    const oldest = this.#contents.keys().next();
    if (!oldest.done) this.#contents.delete(oldest.value);
  }
}

const nameOf = (roomId: RoomId, { sealed, keyUri }: SealedText): string => `${roomId} ${keyUri ?? ''} ${sealed}`;
