import type { Duplex } from 'node:stream';
import type { Log } from '@cloister/logging';
import { isStale, type StatusView } from '@cloister/verify';
import { CloisterError, type DeviceId, newId, type StatusEntry, type UserId } from '@cloister/wire';
import type { WebSocket } from 'ws';
import type { Identify } from '../identify.ts';
import { closeCodes } from './close-codes.ts';
import { EventSocket, type Opening } from './event-socket.ts';
import { Reader } from './reader.ts';
import type { Readers } from './readers.ts';
import { RetainedBytes } from './retained-bytes.ts';

export interface EventSocketsOptions {
  readonly readers: Readers;
  readonly identify: Identify;
  /** Whether the device is registered by this person. */
  readonly ownsDevice: (deviceId: DeviceId, userId: UserId) => Promise<boolean>;
  readonly feed: Pick<StatusView, 'age'>;
  readonly now: () => number;
  readonly log: Log;
}

const timing = {
  /** A connection must say who it is within. */
  authorize: 10_000,
  /** Published clients ping every 15 s; who was silent longer is pinged by the core. */
  silent: 45_000,
  dead: 120_000,
  /** How long missed events are kept for a lost connection. */
  resume: 90_000,
} as const;

const retainedLimit = 64 * 1024 * 1024;
/** `multipleConnections` lets a device have several; not arbitrarily many. */
const perDevice = 8;

/** Every event websocket (kms.md §3.5): who may have one, which registration it carries on, and when it must end. */
export class EventSockets {
  readonly #options: EventSocketsOptions;
  readonly #retained = new RetainedBytes(retainedLimit);
  readonly #unknown = new Set<EventSocket>();
  readonly #open = new Set<WebSocket>();

  constructor(options: EventSocketsOptions) {
    this.#options = options;
  }

  /** Takes an upgraded connection. */
  open(ws: WebSocket, stream: Duplex, opening: Opening): void {
    const { now } = this.#options;
    const socket = new EventSocket(ws, stream, opening, now, (token) => this.#authorize(socket, token));
    this.#unknown.add(socket);
    this.#open.add(ws);
    ws.once('close', () => {
      this.#unknown.delete(socket);
      this.#open.delete(ws);
    });
  }

  /** To be called every few seconds: ends what is late, expired, dead or not coming back. */
  sweep(): void {
    const now = this.#options.now();
    for (const socket of this.#unknown) {
      if (now - socket.openedAt > timing.authorize) socket.ws.close(closeCodes.notAuthorized);
    }
    const nobodyKnows = isStale(this.#options.feed, now);
    for (const reader of this.#options.readers.all()) {
      // Whose session ended meanwhile is unknown; who is still welcome afterwards resumes.
      if (nobodyKnows) reader.connection?.ws.close(closeCodes.internalError);
      this.#sweepReader(reader, now);
    }
  }

  /** Ends the sockets of sessions, people and machines that identity just ended, and of functions switched off. */
  statusChanged(entries: readonly StatusEntry[]): void {
    const ended = new Set(entries.flatMap(endedBy));
    if (ended.size === 0) return;
    for (const reader of this.#options.readers.all()) {
      const { sid, userId, organisationId, purpose } = reader.identity;
      const names = [sid, userId, ...(purpose === undefined ? [] : [functionName(organisationId, purpose)])];
      if (names.some((name) => ended.has(name))) this.#end(reader, closeCodes.notAuthorized);
    }
  }

  /** Ends a device's sockets after it was deleted. */
  deviceDeleted(userId: UserId, deviceId: DeviceId): void {
    for (const reader of this.#options.readers.ofDevice(userId, deviceId)) this.#end(reader, closeCodes.forbidden);
  }

  /** Tells every reader to connect elsewhere or later. */
  closeAll(): void {
    for (const socket of this.#unknown) socket.ws.close(closeCodes.goingAway);
    for (const reader of [...this.#options.readers.all()]) this.#end(reader, closeCodes.goingAway);
  }

  /** Breaks every connection, as the end of the process would. */
  terminateAll(): void {
    for (const ws of this.#open) ws.terminate();
  }

  async #authorize(socket: EventSocket, token: string): Promise<void> {
    const { identify, ownsDevice, log } = this.#options;
    const { deviceId } = socket.opening;
    try {
      if (!(await ownsDevice(deviceId, identify(token).userId))) return socket.ws.close(closeCodes.forbidden);
      if (socket.ws.readyState !== socket.ws.OPEN) return;
      // Once more: a session that ended while the device was looked up found no socket to end.
      const identity = identify(token);
      this.#unknown.delete(socket);
      this.#attach(socket, identity);
    } catch (error) {
      const passing = !(error instanceof CloisterError) || error.status >= 500;
      if (passing) log.failure('socket.not-authorized', error, { deviceId });
      // Before the socket is open published clients refresh their token on 4401 and try again on 1011.
      socket.ws.close(passing ? closeCodes.internalError : closeCodes.notAuthorized);
    }
  }

  #attach(socket: EventSocket, identity: Reader['identity']): void {
    const { readers, now } = this.#options;
    const { deviceId, resume } = socket.opening;
    const known = resume === undefined ? undefined : readers.get(resume.registration);
    const resumed =
      known?.deviceId === deviceId && known.identity.userId === identity.userId && known.canResume(resume?.after ?? 0);
    const reader =
      resumed && known !== undefined ? known : new Reader(newId(), deviceId, identity, this.#retained, now());
    reader.identity = identity;
    this.#replaceOthers(reader, socket.opening.multiple);
    if (reader === known) reader.connection?.ws.close(closeCodes.replaced);
    else readers.add(reader);
    socket.serve(reader, resumed ? resume?.after : undefined);
  }

  /** One connection a device, the newest; unless the client said it keeps several. */
  #replaceOthers(reader: Reader, multiple: boolean): void {
    const others = this.#options.readers
      .ofDevice(reader.identity.userId, reader.deviceId)
      .filter((other) => other !== reader);
    const replaced = multiple ? others.slice(0, Math.max(0, others.length - perDevice + 1)) : others;
    for (const other of replaced) this.#end(other, closeCodes.replaced);
  }

  #sweepReader(reader: Reader, now: number): void {
    const { connection, identity, seenAt } = reader;
    if (connection === undefined) {
      if (now - seenAt > timing.resume) this.#options.readers.remove(reader);
    } else if (identity.expiresAt <= now) {
      this.#end(reader, closeCodes.notAuthorized);
    } else if (now - seenAt > timing.dead) {
      connection.ws.terminate();
    } else if (now - seenAt > timing.silent) {
      connection.ws.ping();
    }
  }

  #end(reader: Reader, code: number): void {
    reader.connection?.ws.close(code);
    this.#options.readers.remove(reader);
  }
}

const functionName = (organisationId: string, purpose: string) => `${organisationId} ${purpose}`;

/** What an entry ends: a session, a person, a machine, or everything of a function. */
const endedBy = (entry: StatusEntry): string[] => {
  if (entry.kind === 'session') return [entry.sid];
  if ((entry.kind === 'person' || entry.kind === 'machine') && !entry.active) return [entry.id];
  return entry.kind === 'function' && !entry.enabled ? [functionName(entry.organisationId, entry.purpose)] : [];
};
