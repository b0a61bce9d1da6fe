import type { Duplex } from 'node:stream';
import { LinkStreams, type SendFrame, type StreamHandler, type StreamSide } from '@cloister/streams';
import {
  CloisterError,
  type KmsHost,
  maxStreams,
  newId,
  type StreamCreditFrame,
  type StreamEndFrame,
  type StreamOpenFromFrame,
  type Uuid,
} from '@cloister/wire';
import { RealmStream } from './realm-stream.ts';

/** Takes a stream that another realm opened; `from` is the core's word for who, and proves nothing. */
export type StreamListener = (stream: Duplex, from: KmsHost) => void;

/**
 * Streams between this key server and those of other realms, over whatever link to the core there is (wires.md §13).
 * They end with the link they began on.
 */
export class RealmStreams {
  readonly #newId: () => Uuid;
  #link: LinkStreams | undefined;
  #listener: StreamListener | undefined;

  constructor(makeId: () => Uuid = newId) {
    this.#newId = makeId;
  }

  /**
   * A stream to a realm's key server, which the core picks. Bytes may be written at once; where there is no way, the
   * stream is destroyed with `kms/peer-unknown`, `kms/peer-unreachable`, `kms/peer-refused` or `kms/too-many`, and when
   * its link or the other side's is lost, with `kms/peer-lost`.
   */
  connect(kmsHost: KmsHost): Duplex {
    const stream = new RealmStream();
    if (this.#link === undefined) return stream.destroy(new CloisterError('kms/peer-unreachable'));
    if (this.#link.opened >= maxStreams) return stream.destroy(new CloisterError('kms/too-many'));
    const frame = { type: 'stream-open', stream: this.#newId(), to: kmsHost } as const;
    return stream.begin(this.#link.open(frame, stream.handler));
  }

  /** How many there are, both ways. */
  get open(): number {
    return (this.#link?.opened ?? 0) + (this.#link?.accepted ?? 0);
  }

  /** Who takes the streams that other realms open; without a listener they are refused. */
  onStream(listener: StreamListener): void {
    this.#listener = listener;
  }

  /** There is a link to the core now. */
  linked(send: SendFrame): void {
    this.unlinked();
    this.#link = new LinkStreams(send);
  }

  /** The link is lost: all its streams are destroyed. */
  unlinked(): void {
    const link = this.#link;
    this.#link = undefined;
    link?.lose();
  }

  /** @throws CloisterError `platform/stream-rules`: the core does not keep to them */
  receive(frame: StreamOpenFromFrame | StreamCreditFrame | StreamEndFrame): void {
    if (frame.type !== 'stream-open') this.#link?.receive(frame);
    else this.#link?.accept(frame.stream, (side) => this.#take(side, frame.from));
  }

  /** @throws CloisterError `platform/stream-rules` or `wire/…` */
  receiveBytes(frame: Uint8Array): void {
    this.#link?.receiveBytes(frame);
  }

  #take(side: StreamSide, from: KmsHost): StreamHandler {
    if (this.#listener === undefined || (this.#link?.accepted ?? 0) > maxStreams) {
      side.end('refused');
      return { bytes: () => undefined, credit: () => undefined, ended: () => undefined };
    }
    const stream = new RealmStream().begin(side);
    this.#listener(stream, from);
    return stream.handler;
  }
}
