import { type Activity, CloisterError, type EventData, parseUuid, type RoomId } from '@cloister/wire';
import type { ConnectionState } from '../api/client-snapshot.ts';
import { backoff } from '../async/backoff.ts';
import { oneMore } from '../async/one-more.ts';
import { EventSocket } from '../device/event-socket.ts';
import type { Platform, Timer } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { Parts } from './parts.ts';

export interface LineOptions {
  readonly session: Session;
  readonly platform: Platform;
  readonly parts: Parts;
  readonly changed: () => void;
}

const ladder = { first: 500, most: 15_000 };

/** The connection to the core: what comes in goes to the parts, and what a broken line missed is fetched. */
export class Line {
  readonly #options: LineOptions;
  readonly #socket: EventSocket;
  readonly #catchUp = oneMore(() => this.#catchUpNow());
  readonly #unsubscribe: () => void;
  #state: ConnectionState = { state: 'connecting' };
  #retry: Timer | undefined;
  #behind = 0;
  #closed = false;

  constructor(options: LineOptions) {
    this.#options = options;
    const { session, platform, parts } = options;
    this.#socket = new EventSocket({
      platform,
      address: async (forget) => {
        if (forget) parts.device.forget();
        return (await parts.device.device()).webSocketUrl;
      },
      token: () => session.coreToken(),
      refused: (token) => session.refused(token),
      onEvent: (event) => this.#heard(event),
      onOnline: (resumed) => this.#online(resumed),
      onOffline: (retryAt) => {
        parts.watch.offline();
        this.#become({ state: 'offline', retryAt });
      },
      onGap: () => void this.#catchUp(),
      onEnd: () => this.#signedOut(),
      isFinal: (cause) => cause instanceof CloisterError && cause.code === 'client/not-signed-in',
    });
    this.#unsubscribe = session.subscribe(() => session.signedOut && this.#signedOut());
  }

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    this.#socket.start();
  }

  hurry(): void {
    this.#socket.hurry();
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#unsubscribe();
    this.#options.parts.watch.offline();
    this.#socket.stop();
  }

  #signedOut(): void {
    const { watch, keyServer } = this.#options.parts;
    this.#retry?.cancel();
    watch.offline();
    this.#socket.stop();
    keyServer.refused(new CloisterError('client/not-signed-in'));
    this.#become({ state: 'signed-out' });
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#options.changed();
  }

  #online(resumed: boolean): void {
    const { keyServer, opener, outbox, watch } = this.#options.parts;
    this.#become({ state: 'online' });
    keyServer.hurry();
    watch.online();
    opener.retryAll();
    outbox.hurry();
    if (!resumed) void this.#catchUp();
  }

  #heard(event: EventData): void {
    const { keyServer, book, watch } = this.#options.parts;
    if (event.eventType === 'encryption.kms_message') void keyServer.received(event.kmsMessages);
    if (event.eventType === 'encryption.keys_revoked') watch.hinted();
    if (event.eventType !== 'conversation.activity') return;
    const roomId = roomOf(event.activity);
    // What cannot be applied is in the room's log: it is asked instead.
    if (roomId !== undefined) book.apply(roomId, event.activity).catch(() => this.#catchUp());
  }

  /** Not resumed: the rooms' logs tell what was missed. Tried until it worked. */
  async #catchUpNow(): Promise<void> {
    const { platform, parts, changed } = this.#options;
    this.#retry?.cancel();
    try {
      await parts.book.syncAll();
      this.#behind = 0;
      changed();
      parts.outbox.hurry();
    } catch {
      if (this.#closed || this.#state.state === 'signed-out') return;
      const wait = backoff(ladder, this.#behind, platform.jitter());
      this.#behind += 1;
      this.#retry = platform.after(wait, () => void this.#catchUp());
    }
  }
}

const roomOf = ({ target }: Activity): RoomId | undefined => {
  try {
    return parseUuid<RoomId>(target?.id);
  } catch {
    return undefined;
  }
};
