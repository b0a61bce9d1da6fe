import {
  CloisterError,
  hostOf,
  type KeyLimits,
  type KeyUri,
  type KmsHost,
  parseInstanceUri,
  type RoomId,
} from '@cloister/wire';
import { numberOf } from '../json.ts';
import type { KeyServer } from '../kms/key-server.ts';
import type { Platform } from '../platform.ts';
import type { RoomBook } from '../rooms/room-book.ts';
import type { RoomChanges } from '../rooms/room-changes.ts';
import type { RoomState } from '../rooms/room-state.ts';
import type { Store } from '../store/store.ts';
import type { ContentKeys } from './content-keys.ts';
import { type ContentKey, contentKeyOf, isKeyOf } from './key-record.ts';

export interface OwnKeysOptions {
  readonly platform: Platform;
  readonly store: Store;
  readonly keyServer: KeyServer;
  /** The own key server's: every key of this device is made there, whoever's the room is. */
  readonly kmsHost: KmsHost;
  readonly keys: ContentKeys;
  readonly book: RoomBook;
  readonly changes: RoomChanges;
  readonly limits: KeyLimits;
}

interface Own {
  readonly uri: KeyUri;
  /** Milliseconds since 1970. */
  readonly made: number;
  /** How many messages may have been sealed under it: counted in blocks, so that a restart forgets none. */
  used: number;
}

/**
 * The core refuses a spent key (docs/wires.md §11); ending earlier, an hour and a block of messages, none of ours is ever
 * refused for that.
 */
const marginMs = 60 * 60 * 1000;
const block = 2 ** 10;
/** An unbound key is used only while it surely lives on (kms.md §4: they expire after ten minutes). */
const spareMargin = 60_000;

/**
 * The keys this device made, one a room. It seals under no other (invariant 5, threats row 14): a key somebody else
 * serves could be one they know.
 */
export class OwnKeys {
  readonly #options: OwnKeysOptions;
  readonly #own = new Map<RoomId, Own>();
  readonly #making = new Map<RoomId, Promise<ContentKey>>();
  readonly #refused = new Set<KeyUri>();
  #spares: { readonly key: ContentKey; readonly until: number }[] = [];
  #spare: Promise<void> | undefined;
  /** How often the spares were forgotten. */
  #era = 0;

  constructor(options: OwnKeysOptions) {
    this.#options = options;
  }

  /** This device's key for the room, bound and not stale; made when there is none. */
  async key(room: RoomState): Promise<ContentKey> {
    const own = await this.#ownOf(room.id);
    if (own !== undefined && this.#isLive(room, own)) {
      await this.#count(room.id, own);
      const key = await this.#options.keys.get(own.uri);
      if (isKeyOf(key, room)) return key;
    }
    return this.#make(room);
  }

  /** The core refused the key: another is made next time. */
  refused(uri: KeyUri): void {
    this.#refused.add(uri);
  }

  /** A key for a room about to be created, already this device's own there. */
  async unbound(): Promise<ContentKey> {
    // An exchange brings one key, and several may have waited for it: the others ask again.
    for (;;) {
      await this.prefetch();
      const spare = this.#takeSpare();
      if (spare !== undefined) return spare;
    }
  }

  async created(roomId: RoomId, key: ContentKey): Promise<void> {
    await this.#options.keys.keep(key);
    await this.#remember(roomId, key.uri);
  }

  /** Makes a spare, so that the first message in a room waits for one exchange less. */
  prefetch(): Promise<void> {
    const now = this.#options.platform.now();
    this.#spares = this.#spares.filter(({ until }) => until > now);
    if (this.#spares.length > 0) return Promise.resolve();
    this.#spare ??= this.#fetchSpares().finally(() => {
      this.#spare = undefined;
    });
    return this.#spare;
  }

  /** The organisation's main key is off: keys that wait for their room go too. */
  forgetSpares(): void {
    this.#era += 1;
    for (const { key } of this.#spares.splice(0)) key.key.destroy();
  }

  /** The store learns of a block before its first message is sealed. */
  async #count(roomId: RoomId, own: Own): Promise<void> {
    own.used += 1;
    if ((own.used - 1) % blockOf(this.#options.limits) === 0) await this.#write(roomId, own);
  }

  #isLive(room: RoomState, { uri, made, used }: Own): boolean {
    const { limits, platform } = this.#options;
    if (this.#refused.has(uri) || used >= limits.maxMessages - blockOf(limits)) return false;
    if (platform.now() - made >= limits.maxAgeMs - Math.min(marginMs, limits.maxAgeMs / 8)) return false;
    return room.liveKeys.some((live) => live.uri === uri && !live.stale);
  }

  #make(room: RoomState): Promise<ContentKey> {
    const making = this.#making.get(room.id) ?? this.#bind(room).finally(() => this.#making.delete(room.id));
    this.#making.set(room.id, making);
    return making;
  }

  async #bind(room: RoomState): Promise<ContentKey> {
    const { resourceUri } = room;
    if (resourceUri === undefined) throw new CloisterError('core/conflict', { detail: 'the room has no resource yet' });
    const spare = await this.unbound();
    // The shared default of published clients is renewed only when nothing fresh is left of it (wires §3).
    const defaultIsFresh = room.liveKeys.some(({ uri, stale }) => uri === room.defaultKey && !stale);
    const half = defaultIsFresh
      ? ({ verb: 'addKey', object: { objectType: 'key', uri: spare.uri } } as const)
      : ({
          verb: 'updateKey',
          object: { objectType: 'conversation', defaultActivityEncryptionKeyUrl: spare.uri },
        } as const);
    const call = { method: 'update', uri: spare.uri, body: { resourceUri } } as const;
    const { activity, response } = await this.#options.changes.change(room.id, half, call);
    // Bound where it should be: the answer came through the channel, not from the core.
    if (response !== undefined && response.key?.resourceUri !== resourceUri) {
      throw new CloisterError('client/unreadable', { detail: 'the key is bound elsewhere' });
    }
    const key: ContentKey = { ...spare, resourceUri };
    await this.created(room.id, key);
    await this.#options.book.applyAnswer(room.id, activity);
    return key;
  }

  async #fetchSpares(): Promise<void> {
    const { keyServer, kmsHost, platform } = this.#options;
    const era = this.#era;
    const { keys = [] } = await keyServer.ask({ method: 'create', uri: '/keys', body: { count: 1 } });
    if (keys.some(({ uri }) => hostOf(uri) !== kmsHost)) {
      throw new CloisterError('client/unreadable', { detail: 'a key of another key server' });
    }
    if (keys.length === 0 || era !== this.#era) throw new CloisterError('kms/unavailable');
    for (const answer of keys) {
      const ends = Date.parse(answer.expirationDate ?? '');
      const until = Number.isFinite(ends) ? ends - spareMargin : platform.now() + spareMargin;
      this.#spares.push({ key: contentKeyOf(answer.uri, answer), until });
    }
  }

  #takeSpare(): ContentKey | undefined {
    return this.#spares.shift()?.key;
  }

  async #ownOf(roomId: RoomId): Promise<Own | undefined> {
    const known = this.#own.get(roomId);
    if (known !== undefined) return known;
    const stored = await this.#options.store.read('keys', `own/${roomId}`);
    const made = numberOf(stored, 'made');
    if (made === undefined) return undefined;
    try {
      const uri = parseInstanceUri((stored as { uri?: unknown }).uri, 'keys');
      // Of the block that was begun any number may have been used.
      const own = { uri, made, used: numberOf(stored, 'used') ?? 0 };
      this.#own.set(roomId, own);
      return own;
    } catch {
      return undefined;
    }
  }

  async #remember(roomId: RoomId, uri: KeyUri): Promise<void> {
    const own = { uri, made: this.#options.platform.now(), used: 0 };
    this.#own.set(roomId, own);
    await this.#write(roomId, own);
  }

  #write(roomId: RoomId, { uri, made, used }: Own): Promise<void> {
    const size = blockOf(this.#options.limits);
    const begun = Math.ceil(used / size) * size;
    return this.#options.store.write('keys', `own/${roomId}`, { uri, made, used: begun });
  }
}

const blockOf = ({ maxMessages }: KeyLimits): number => Math.max(1, Math.min(block, Math.floor(maxMessages / 8)));
