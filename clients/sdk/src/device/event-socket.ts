import {
  type BufferState,
  type EventData,
  type EventFrame,
  parseEventData,
  parseServerFrame,
  type ServerFrame,
} from '@cloister/wire';
import { backoff } from '../async/backoff.ts';
import type { Platform, Socket, Timer } from '../platform.ts';

export interface EventSocketOptions {
  readonly platform: Platform;
  /** Prepares a connection: registers the device if need be; `forget` says that the core refused the last address. */
  readonly address: (forget: boolean) => Promise<string>;
  readonly token: () => Promise<string>;
  readonly refused: (token: string) => void;
  readonly onEvent: (event: EventData) => void;
  /** Connected and authorised. `resumed`: everything missed follows as events; else the rooms' logs must be asked. */
  readonly onOnline: (resumed: boolean) => void;
  readonly onOffline: (retryAt: number) => void;
  /** Events were lost on an open connection: the rooms' logs must be asked. */
  readonly onGap: () => void;
  /** `token()` or `address()` failed for good, such as a session that ended. Nothing is tried again. */
  readonly onEnd: (cause: unknown) => void;
  readonly isFinal: (cause: unknown) => boolean;
}

const ladder = { first: 400, most: 20_000 };
const pingEvery = 15_000;
/** kms.md §3.5: a pong comes within 14 s. */
const pongWithin = 14_000;
const authorizedWithin = 15_000;

interface Connection {
  readonly socket: Socket;
  readonly token: string;
  authorized: boolean;
  timer: Timer | undefined;
  pong: string | undefined;
}

/**
 * The event websocket: authorises, pings, acknowledges, counts, resumes, comes back with jittered steps. It holds no
 * opinion on events.
 */
export class EventSocket {
  readonly #options: EventSocketOptions;
  #connection: Connection | undefined;
  #wait: Timer | undefined;
  #attempt = 0;
  #opening = 0;
  #stopped = false;
  #forget = false;
  #registration: string | undefined;
  #sequence: number | undefined;

  constructor(options: EventSocketOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#open();
  }

  /** Tries at once instead of waiting for the next step. */
  hurry(): void {
    if (this.#wait === undefined || this.#stopped) return;
    this.#attempt = 0;
    void this.#open();
  }

  stop(): void {
    this.#stopped = true;
    this.#opening += 1;
    this.#wait?.cancel();
    this.#wait = undefined;
    this.#drop(1000);
  }

  async #open(): Promise<void> {
    this.#wait?.cancel();
    this.#wait = undefined;
    this.#opening += 1;
    const opening = this.#opening;
    try {
      const address = await this.#options.address(this.#forget);
      this.#forget = false;
      const token = await this.#options.token();
      if (this.#stopped || opening !== this.#opening) return;
      this.#attach(this.#options.platform.openSocket(this.#urlOf(address)), token);
    } catch (cause) {
      if (this.#stopped || opening !== this.#opening) return;
      if (this.#options.isFinal(cause)) return this.#end(cause);
      this.#later();
    }
  }

  #urlOf(address: string): string {
    const url = new URL(address);
    const query = { outboundWireFormat: 'text', bufferStates: 'true', aliasHttpStatus: 'true' };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    url.searchParams.set('clientTimestamp', String(this.#options.platform.now()));
    if (this.#registration !== undefined && this.#sequence !== undefined) {
      url.searchParams.set('registration', this.#registration);
      url.searchParams.set('resume', String(this.#sequence));
    }
    return url.href;
  }

  #attach(socket: Socket, token: string): void {
    this.#drop(1000);
    const connection: Connection = { socket, token, authorized: false, timer: undefined, pong: undefined };
    this.#connection = connection;
    const current = () => this.#connection === connection;
    connection.timer = this.#options.platform.after(authorizedWithin, () => current() && this.#lost(0));
    socket.onopen = () => {
      if (!current()) return;
      const { platform } = this.#options;
      this.#say(connection, {
        id: platform.randomUuid(),
        type: 'authorization',
        data: { token: `Bearer ${token}` },
        trackingId: `cloister_${platform.randomUuid()}`,
      });
    };
    socket.onmessage = ({ data }) => current() && this.#hear(connection, readFrame(data));
    socket.onerror = () => {};
    socket.onclose = ({ code }) => current() && this.#lost(code);
  }

  #hear(connection: Connection, frame: ServerFrame | undefined): void {
    switch (frame?.type) {
      case 'pong':
        if (frame.id === connection.pong) connection.pong = undefined;
        return;
      case 'shutdown':
        this.#restart();
        return;
      case 'event':
        this.#heardEvent(connection, frame.event);
    }
  }

  #heardEvent(connection: Connection, frame: EventFrame): void {
    this.#say(connection, { messageId: frame.id, type: 'ack' });
    const event = readEvent(frame);
    if (!connection.authorized) {
      const state = event?.eventType === 'mercury.buffer_state' ? event.bufferState : {};
      this.#greeted(connection, state, frame.sequenceNumber);
      return;
    }
    this.#count(frame.sequenceNumber);
    if (event !== undefined) this.#options.onEvent(event);
  }

  /** The first event after authorisation is the buffer's state; wires §3 adds whether the connection was resumed. */
  #greeted(connection: Connection, state: BufferState, sequenceNumber: number | undefined): void {
    const resumed = state.resumed === true && state.registration === this.#registration;
    connection.authorized = true;
    this.#attempt = 0;
    this.#registration = state.registration;
    this.#sequence = resumed ? (state.from ?? this.#sequence) : (state.from ?? sequenceNumber);
    this.#options.onOnline(resumed);
    this.#ping(connection);
  }

  #count(sequenceNumber: number | undefined): void {
    if (sequenceNumber === undefined) return;
    const expected = this.#sequence === undefined ? sequenceNumber : this.#sequence + 1;
    if (sequenceNumber > expected) this.#options.onGap();
    this.#sequence = Math.max(sequenceNumber, this.#sequence ?? 0);
  }

  #ping(connection: Connection): void {
    const { platform } = this.#options;
    connection.timer?.cancel();
    connection.pong = platform.randomUuid();
    this.#say(connection, { id: connection.pong, type: 'ping' });
    connection.timer = platform.after(pongWithin, () => {
      if (this.#connection !== connection) return;
      if (connection.pong !== undefined) return this.#lost(0);
      connection.timer = platform.after(pingEvery - pongWithin, () => {
        if (this.#connection === connection) this.#ping(connection);
      });
    });
  }

  #say(connection: Connection, frame: object): void {
    try {
      connection.socket.send(JSON.stringify(frame));
    } catch {
      // A socket that is closing says so itself.
    }
  }

  /** The server asks to move on before it stops: no waiting. */
  #restart(): void {
    this.#drop(1000);
    void this.#open();
  }

  #lost(code: number): void {
    const token = this.#connection?.token;
    this.#drop(1000);
    if (code === 4401 && token !== undefined) this.#options.refused(token);
    // The core closes with 4403 or 4400 when it does not know the device any more.
    if (code === 4403 || code === 4400 || code === 4404) this.#forget = true;
    this.#later();
  }

  #later(): void {
    const { platform } = this.#options;
    const wait = backoff(ladder, this.#attempt, platform.jitter());
    this.#attempt += 1;
    this.#options.onOffline(platform.now() + wait);
    this.#wait = platform.after(wait, () => void this.#open());
  }

  #drop(code: number): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    connection.timer?.cancel();
    connection.socket.onmessage = null;
    connection.socket.onclose = null;
    connection.socket.onopen = null;
    try {
      connection.socket.close(code);
    } catch {
      // Closing what never opened is no fault.
    }
  }

  #end(cause: unknown): void {
    this.stop();
    this.#options.onEnd(cause);
  }
}

/** A frame of a shape this client cannot read is skipped; the sequence number then tells that something was missed. */
const readFrame = (data: unknown): ServerFrame | undefined => {
  try {
    return typeof data === 'string' ? parseServerFrame(data) : undefined;
  } catch {
    return undefined;
  }
};

const readEvent = (frame: EventFrame): EventData | undefined => {
  try {
    return parseEventData(frame);
  } catch {
    return undefined;
  }
};
