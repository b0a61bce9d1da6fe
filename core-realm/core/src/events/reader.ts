import type { Duplex } from 'node:stream';
import type { DeviceId } from '@cloister/wire';
import type { WebSocket } from 'ws';
import type { Identity } from '../domain/asker.ts';
import { MissedEvents } from './missed-events.ts';
import type { RetainedBytes } from './retained-bytes.ts';
import { SharedEvent } from './shared-event.ts';

/** Above the stream's own high-water mark, so that `drain` follows. */
const writeLimit = 128 * 1024;

export interface ReaderConnection {
  readonly ws: WebSocket;
  /** The stream under the websocket, which says how much waits to be written. */
  readonly stream: Duplex;
  readonly origin: string;
}

/**
 * One registration of a device for events, over as many connections as it needs: its sequence numbers, the events it
 * may still have to hear again, and the socket while there is one.
 * Written bytes are bounded; a reader that stays behind is told to catch up from the rooms' logs.
 */
export class Reader {
  readonly id: string;
  readonly deviceId: DeviceId;
  identity: Identity;
  /** When the last frame came, or the socket was lost. */
  seenAt: number;
  readonly #budget: RetainedBytes;
  #missed: MissedEvents | undefined;
  #connection: ReaderConnection | undefined;
  /** Sequence number of the last event of this registration. */
  #sequence = 0;
  /** Sequence number of the last event written to the socket. */
  #written = 0;
  #waiting = false;
  #origin = '';

  constructor(id: string, deviceId: DeviceId, identity: Identity, budget: RetainedBytes, now: number) {
    this.id = id;
    this.deviceId = deviceId;
    this.identity = identity;
    this.seenAt = now;
    this.#budget = budget;
  }

  get connection(): ReaderConnection | undefined {
    return this.#connection;
  }

  /** Whether it waits for its socket to drain. */
  get behind(): boolean {
    return this.#waiting;
  }

  /** Whether everything after `seen` can still be told. */
  canResume(seen: number): boolean {
    return seen === this.#sequence || (seen < this.#sequence && this.#missed?.at(seen + 1) !== undefined);
  }

  /** Takes a connection: the first frame is `mercury.buffer_state` (kms.md §3.5), then what was missed. */
  attach(connection: ReaderConnection, stamp: { id: string; now: number }, resumeAfter?: number): void {
    this.#connection = connection;
    this.#origin = connection.origin;
    this.#waiting = false;
    if (resumeAfter === undefined) {
      this.#tellState(stamp, false);
      return;
    }
    this.#written = resumeAfter;
    this.#write(bufferState(this.id, true, resumeAfter, stamp), resumeAfter);
    this.flush(stamp);
  }

  detach(now: number): void {
    this.#connection = undefined;
    this.#waiting = false;
    this.seenAt = now;
  }

  /** Numbers the event, keeps it, and writes it if the socket keeps up. */
  tell(event: SharedEvent): void {
    this.#sequence += 1;
    this.#missed ??= new MissedEvents(this.#budget);
    const inOrder = this.#connection !== undefined && !this.#waiting && this.#written === this.#sequence - 1;
    if (inOrder) {
      this.#write(event, this.#sequence);
      this.#written = this.#sequence;
      this.#pauseWhenFull();
    } else {
      // Built now, so that the budget counts what coming back will need.
      event.prepare(this.#origin);
    }
    this.#missed.push(this.#sequence, event);
  }

  /** Writes what waits; a reader that fell too far behind is told so instead. */
  flush(stamp: { id: string; now: number }): void {
    while (this.#connection !== undefined && !this.#waiting && this.#written < this.#sequence) {
      const event = this.#missed?.at(this.#written + 1);
      if (event === undefined) {
        this.#tellState(stamp, false);
        return;
      }
      this.#written += 1;
      this.#write(event, this.#written);
      this.#pauseWhenFull();
    }
  }

  /** Marks the socket as drained. */
  drained(): void {
    this.#waiting = false;
  }

  acknowledge(eventId: string): void {
    this.#missed?.acknowledge(eventId);
  }

  /** Forgets everything kept. */
  close(): void {
    this.#missed?.clear();
    this.#connection = undefined;
  }

  #tellState(stamp: { id: string; now: number }, resumed: boolean): void {
    this.#missed?.clear();
    this.#sequence += 1;
    this.#written = this.#sequence;
    this.#write(bufferState(this.id, resumed, this.#sequence, stamp), this.#sequence);
  }

  #write(event: SharedEvent, sequence: number): void {
    const connection = this.#connection;
    connection?.ws.send(event.frame(connection.origin, sequence), textFrame);
  }

  #pauseWhenFull(): void {
    if ((this.#connection?.stream.writableLength ?? 0) > writeLimit) this.#waiting = true;
  }
}

const textFrame = { binary: false } as const;

const bufferState = (registration: string, resumed: boolean, from: number, stamp: { id: string; now: number }) =>
  new SharedEvent(
    () => JSON.stringify({ eventType: 'mercury.buffer_state', bufferState: { registration, resumed, from } }),
    stamp,
  );
