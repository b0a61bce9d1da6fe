import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Clock } from '@cloister/testkit/model';
import { isStreamFrame, newId, parseCoreFrame, type RealmFrame } from '@cloister/wire';
import type { Parts } from './core-internals.ts';
import type { CoreProcess } from './core-process.ts';
import { FrameHandler, RemovalOutbox } from './kms-internals.ts';
import type { KmsProcess } from './kms-process.ts';

export type Direction = 'to core' | 'to kms';

/** Takes a frame that one end has sent: when it arrives, and whether, is the run's to say. */
export type Carry = (direction: Direction, text: string, connection: Connection) => void;

type CoreSocket = Parameters<Parts['realms']['open']>[0];

/** What the core's code asks of a websocket. */
class ScriptedSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly send: (text: string) => void;
  readonly #closed: () => void;

  constructor(send: (text: string) => void, closed: () => void) {
    super();
    this.send = send;
    this.#closed = closed;
  }

  close(): void {
    this.#closed();
  }

  terminate(): void {
    this.#closed();
  }

  ping(): void {}
}

interface ConnectionParts {
  readonly core: CoreProcess;
  readonly kms: KmsProcess;
  readonly clock: Clock;
  readonly carry: Carry;
  /** Told at its end. */
  readonly closed: () => void;
}

/** One connection of the realm link: the core's and the key server's real ends, and a script between them. */
export class Connection {
  isOpen = true;
  readonly #core: CoreProcess;
  readonly #kms: KmsProcess;
  readonly #lives;
  readonly #closed: () => void;
  readonly #socket: ScriptedSocket;
  readonly #handler: FrameHandler;
  readonly outbox: RemovalOutbox;

  constructor({ core, kms, clock, carry, closed }: ConnectionParts) {
    const { parts } = core;
    if (parts === undefined || kms.kms === undefined) throw new Error('nobody to connect');
    this.#core = core;
    this.#kms = kms;
    this.#closed = closed;
    this.#lives = { core: core.life, kms: kms.life };
    this.#socket = new ScriptedSocket(
      (text) => this.isOpen && carry('to kms', text, this),
      () => this.close(),
    );
    const send = (frame: RealmFrame) => {
      if (this.isOpen) carry('to core', JSON.stringify(frame), this);
    };
    const pause = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
    this.#handler = new FrameHandler({ kms: kms.kms, send, log: kms.log, pause });
    this.outbox = new RemovalOutbox({ kms: kms.kms, send, log: kms.log, monotonicNow: () => clock.now });
    const { kmsHost, secrets } = kms.options;
    parts.realms.open(this.#socket as unknown as CoreSocket, { writableLength: 0 } as Duplex, {
      kmsHost,
      isStanding: () => true,
    });
    const discovery = { kmsCluster: `kms://${kmsHost}`, rsaPublicKey: '{"kty":"RSA"}' };
    const hello = { type: 'hello', node: newId(), kmsHost, discovery, receiptKid: secrets.receiptKey.kid };
    this.#socket.emit('message', Buffer.from(JSON.stringify(hello)));
    void this.outbox.send();
  }

  /** Frames still on their way reach an end that lives, whose answers go nowhere. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#socket.readyState = 3;
    if (!this.#lives.core.isOver) this.#socket.emit('close');
    this.#closed();
  }

  deliver(direction: Direction, text: string): void {
    if (direction === 'to core') {
      if (this.isOpen && this.#core.life === this.#lives.core && !this.#lives.core.isOver)
        this.#socket.emit('message', Buffer.from(text));
      return;
    }
    if (this.#kms.life !== this.#lives.kms || this.#lives.kms.isOver) return;
    const frame = parseCoreFrame(Buffer.from(text));
    if (frame.type === 'removal-recorded') void this.outbox.recorded(frame);
    else if (!isStreamFrame(frame)) this.#handler.take(frame);
  }
}
