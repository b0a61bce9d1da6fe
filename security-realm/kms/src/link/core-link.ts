import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@cloister/logging';
import {
  type CoreFrame,
  type HelloFrame,
  isStreamFrame,
  type KeysRevokedFrame,
  maxRealmFrameBytes,
  newId,
  type OrganisationId,
  parseCoreFrame,
  type RealmFrame,
} from '@cloister/wire';
import { type ClientOptions, WebSocket } from 'ws';
import type { FrozenOrganisation } from '../master-keys/revocation/revocation-watch.ts';
import type { Kms } from '../open-kms.ts';
import { backoff } from './backoff.ts';
import { FrameHandler } from './frame-handler.ts';
import { Heartbeat } from './heartbeat.ts';
import type { RealmStreams } from './realm-streams.ts';
import { AGAIN_MS, RemovalOutbox } from './removal-outbox.ts';

export type CoreLinkOptions = {
  readonly url: string;
  /** Options of the connection beside its headers: roots, name resolution. */
  readonly socketOptions: ClientOptions;
  /** A fresh token for each attempt (wires.md §4). */
  readonly token: () => string;
  readonly hello: HelloFrame;
  readonly kms: Pick<
    Kms,
    'handleBatch' | 'handleOperation' | 'handleOperationStatus' | 'takeRemovals' | 'removalRecorded'
  >;
  /** The organisations whose main key is off at this moment. */
  readonly frozen: () => readonly FrozenOrganisation[];
  /** Its streams to other realms. */
  readonly streams: RealmStreams;
  readonly log: Log;
  readonly random: () => number;
  readonly monotonicNow: () => number;
};

/** The one connection of this process to the core (architecture §1), made again for ever when it breaks. */
export class CoreLink {
  readonly #options: CoreLinkOptions;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | null = null;
  #socket: WebSocket | null = null;
  #handler: FrameHandler | null = null;
  #outbox: RemovalOutbox | null = null;

  constructor(options: CoreLinkOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Tells the core of removals at once; without a connection, when there is one. */
  tellRemovals(): void {
    if (this.connected) void this.#outbox?.send();
  }

  /** Tells the core at once that an organisation's main key is off; without a connection, when there is one. */
  tellRevoked(frozen: FrozenOrganisation): void {
    if (this.connected) this.#socket?.send(JSON.stringify(keysRevoked(frozen)));
  }

  start(): void {
    this.#loop ??= this.#follow();
  }

  /** Takes no more frames but those of streams, which what it has may need; finishes those it has, and closes. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#handler?.finish(), this.#outbox?.finish()]);
    this.#socket?.close(1001);
    await this.#loop;
  }

  async #follow(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const opened = await this.#connect();
      failures = opened ? 0 : failures + 1;
      await pause(backoff(failures, this.#options.random), null, { signal: this.#stopping.signal }).catch(() => null);
    }
  }

  /** Resolves when the connection is over, with whether it had been open. */
  #connect(): Promise<boolean> {
    const { url, socketOptions, token, hello, kms, frozen, streams, log, monotonicNow } = this.#options;
    return new Promise((resolve) => {
      const socket = new WebSocket(url, {
        perMessageDeflate: false,
        maxPayload: maxRealmFrameBytes,
        handshakeTimeout: 10_000,
        followRedirects: false,
        ...socketOptions,
        headers: { authorization: `Bearer ${token()}` },
      });
      let opened = false;
      const send = (frame: RealmFrame) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
      };
      const handler = new FrameHandler({ kms, send, log, pause: pauseFor });
      const outbox = new RemovalOutbox({ kms, send, log, monotonicNow });
      const heartbeat = new Heartbeat(socket);
      this.#socket = socket;
      this.#handler = handler;
      this.#outbox = outbox;
      let again: NodeJS.Timeout | undefined;
      socket.on('open', () => {
        opened = true;
        heartbeat.start();
        send(hello);
        streams.linked((frame, written) => socket.send(frame, () => written()));
        log.event('core-link.open', { kmsHost: hello.kmsHost });
        for (const organisation of frozen()) send(keysRevoked(organisation));
        void outbox.send();
        again = setInterval(outbox.send, AGAIN_MS);
      });
      socket.on('message', (data, isBinary) => {
        try {
          if (isBinary) streams.receiveBytes(data as Buffer);
          else this.#take(parseCoreFrame(data as Buffer), handler, outbox);
        } catch (error) {
          log.failure('core-link.bad-frame', error);
          streams.unlinked();
          socket.close(1008);
        }
      });
      socket.on('error', (error) => log.failure('core-link.failed', error));
      socket.on('close', () => {
        heartbeat.stop();
        clearInterval(again);
        streams.unlinked();
        if (opened) log.event('core-link.closed', {}, 'warn');
        resolve(opened);
      });
    });
  }

  #take(frame: CoreFrame, handler: FrameHandler, outbox: RemovalOutbox): void {
    if (isStreamFrame(frame)) this.#options.streams.receive(frame);
    else if (this.#stopping.signal.aborted) return;
    else if (frame.type === 'removal-recorded') void outbox.recorded(frame);
    else handler.take(frame);
  }
}

const keysRevoked = ({ organisationId, epoch }: FrozenOrganisation): KeysRevokedFrame => ({
  type: 'keys-revoked',
  id: newId(),
  organisationId: organisationId as OrganisationId,
  epoch,
});

const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => undefined);
