import {
  CloisterError,
  maxStreams,
  parseStreamBytes,
  type StreamCreditFrame,
  type StreamEndFrame,
  type StreamOpenFromFrame,
  type StreamOpenToFrame,
  type Uuid,
} from '@cloister/wire';
import { FairTurns, type SendFrame } from './fair-turns.ts';
import { LinkStream } from './link-stream.ts';
import type { StreamHandler, StreamSide } from './stream-side.ts';

export type { SendFrame };

/**
 * The streams of one link, seen from one of its ends. Whoever owns it hands it what arrives, and gives the link up when it
 * throws: the other end does not keep to the rules (wires.md §13).
 */
export class LinkStreams {
  readonly #send: SendFrame;
  readonly #turns: FairTurns;
  readonly #streams = new Map<Uuid, LinkStream>();
  #opened = 0;
  #isLost = false;

  constructor(send: SendFrame) {
    this.#send = send;
    this.#turns = new FairTurns(send);
  }

  /** How many streams this end opened that both ends have not ended yet. */
  get opened(): number {
    return this.#opened;
  }

  /** How many streams the other end opened that both ends have not ended yet. */
  get accepted(): number {
    return this.#streams.size - this.#opened;
  }

  /** Opens the stream that the frame names; bytes may be written at once. @throws CloisterError `platform/unavailable` */
  open(frame: StreamOpenToFrame | StreamOpenFromFrame, handler: StreamHandler): StreamSide {
    if (this.#isLost) throw new CloisterError('platform/unavailable');
    this.#send(JSON.stringify(frame), () => undefined);
    const stream = this.#add(frame.stream, true);
    stream.handle(handler);
    return stream;
  }

  /**
   * Takes a stream that the other end opened. Beyond 64 the owner refuses by ending it; who opens 128 without having
   * heard that does not listen.
   * @throws CloisterError `platform/stream-rules`
   */
  accept(id: Uuid, take: (side: StreamSide) => StreamHandler): void {
    if (this.#streams.has(id)) throw new CloisterError('platform/stream-rules', { detail: 'a stream opened twice' });
    if (this.accepted >= 2 * maxStreams)
      throw new CloisterError('platform/stream-rules', { detail: 'too many streams' });
    const stream = this.#add(id, false);
    stream.handle(take(stream));
  }

  /** @throws CloisterError `platform/stream-rules` */
  receive(frame: StreamCreditFrame | StreamEndFrame): void {
    const stream = this.#named(frame.stream);
    if (frame.type === 'stream-credit') stream.receiveCredit(frame.bytes);
    else stream.receiveEnd(frame.reason);
    this.#forgetIfOver(stream);
  }

  /** @throws CloisterError `platform/stream-rules` or `wire/…` */
  receiveBytes(frame: Uint8Array): void {
    const { stream, bytes } = parseStreamBytes(frame);
    this.#named(stream).receiveBytes(bytes);
  }

  /** The link is gone, and its streams with it. */
  lose(): void {
    this.#isLost = true;
    this.#turns.clear();
    const lost = [...this.#streams.values()];
    this.#streams.clear();
    this.#opened = 0;
    for (const stream of lost) stream.lose();
  }

  #named(id: Uuid): LinkStream {
    const stream = this.#streams.get(id);
    if (stream === undefined) throw new CloisterError('platform/stream-rules', { detail: 'an unknown stream' });
    return stream;
  }

  #add(id: Uuid, isOurs: boolean): LinkStream {
    const stream = new LinkStream(id, isOurs, () => this.#turns.ask(speaker));
    const speaker = {
      next: () => {
        const frame = stream.next();
        this.#forgetIfOver(stream);
        return frame;
      },
    };
    this.#streams.set(id, stream);
    if (isOurs) this.#opened += 1;
    return stream;
  }

  #forgetIfOver(stream: LinkStream): void {
    if (stream.isOver && this.#streams.delete(stream.id) && stream.isOurs) this.#opened -= 1;
  }
}
