import {
  type CoreFrame,
  formatStreamBytes,
  type KmsHost,
  maxStreamBytes,
  newId,
  parseStreamBytes,
  type RealmFrame,
  type StreamEndReason,
  type StreamOpenToFrame,
  type Uuid,
} from '@cloister/wire';
import { LinkStream } from './link-stream.ts';

/** Where streams go: the link. */
export type StreamSink = {
  readonly frame: (frame: CoreFrame) => void;
  readonly bytes: (bytes: Uint8Array) => void;
  readonly violation: (what: string) => void;
};

type StreamFrameOfRealm = Extract<RealmFrame, { readonly type: `stream-${string}` }>;

/** The streams of one link, with its rules held against the realm (wires.md §13). Written apart from any server of ours. */
export class LinkStreams {
  readonly #sink: StreamSink;
  readonly #streams = new Map<string, LinkStream>();
  /** What the realm may no longer speak of. */
  readonly #over = new Set<string>();
  /** Takes what the realm opens, by where it wants to; without one there is no such realm. */
  onOpen: ((stream: LinkStream, to: KmsHost) => void) | null = null;
  /** Where the realm wanted to, in order. */
  readonly opened: KmsHost[] = [];

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  /** A stream to the realm, said to be from there. */
  open(from: KmsHost): LinkStream {
    const id = newId();
    const stream = this.#add(id);
    this.#sink.frame({ type: 'stream-open', stream: id, from });
    return stream;
  }

  receive(frame: StreamFrameOfRealm): void {
    if (frame.type === 'stream-open') {
      this.#opened(frame);
      return;
    }
    const stream = this.#streams.get(frame.stream);
    if (stream === undefined) {
      this.#unknown(frame.stream, frame.type);
      return;
    }
    if (frame.type === 'stream-credit') {
      if (!stream.credited(frame.bytes)) this.#sink.violation('credit for bytes that were never sent');
      return;
    }
    this.#streams.delete(frame.stream);
    this.#over.add(frame.stream);
    stream.ended(frame.reason);
  }

  receiveBytes(frame: Uint8Array): void {
    if (frame.length > 16 + maxStreamBytes) {
      this.#sink.violation('a frame of a stream that is too large');
      return;
    }
    const { stream: id, bytes } = parseStreamBytes(frame);
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      this.#unknown(id, 'bytes');
      return;
    }
    if (!stream.arrived(bytes)) this.#sink.violation('more bytes of a stream than there was credit for');
  }

  lose(): void {
    for (const stream of this.#streams.values()) stream.ended('broken');
    this.#streams.clear();
  }

  #opened({ stream: id, to }: StreamOpenToFrame): void {
    this.opened.push(to);
    if (this.#streams.has(id) || this.#over.has(id)) {
      this.#sink.violation('a stream that was opened twice');
      return;
    }
    const stream = this.#add(id);
    if (this.onOpen === null) stream.finish('unknown-realm');
    else this.onOpen(stream, to);
  }

  #unknown(id: string, what: string): void {
    if (this.#over.has(id)) this.#sink.violation(`${what} of a stream after its own end`);
    else this.#sink.violation(`${what} of a stream that is not`);
  }

  #add(id: Uuid): LinkStream {
    const stream = new LinkStream({
      bytes: (bytes) => this.#sink.bytes(formatStreamBytes({ stream: id, bytes })),
      credit: (bytes) => this.#sink.frame({ type: 'stream-credit', stream: id, bytes }),
      end: (reason?: StreamEndReason) =>
        this.#sink.frame({ type: 'stream-end', stream: id, ...(reason === undefined ? {} : { reason }) }),
    });
    this.#streams.set(id, stream);
    return stream;
  }
}
