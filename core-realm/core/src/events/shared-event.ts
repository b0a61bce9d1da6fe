/** What an event says, for one origin: its data as JSON text. */
export type EventData = (origin: string) => string;

/** The clock and ids an event is stamped with. */
export interface EventStamp {
  readonly id: string;
  readonly now: number;
}

/**
 * One event for many sockets: serialised once for each origin its readers came by (links follow the origin), so that a
 * socket adds only its own sequence number.
 */
export class SharedEvent {
  readonly id: string;
  readonly #now: number;
  readonly #data: EventData;
  readonly #heads = new Map<string, Buffer>();
  #retained = 0;

  constructor(data: EventData, { id, now }: EventStamp) {
    this.id = id;
    this.#now = now;
    this.#data = data;
  }

  /** The whole text frame for a reader at `origin` (kms.md §3.5: `id` is required on every frame). */
  frame(origin: string, sequenceNumber: number): Buffer {
    const head = this.#head(origin);
    const tail = `${sequenceNumber}}`;
    const frame = Buffer.allocUnsafe(head.length + tail.length);
    head.copy(frame);
    frame.write(tail, head.length, 'latin1');
    return frame;
  }

  /** Serialises the event for an origin, if that is still to be done. */
  prepare(origin: string): void {
    this.#head(origin);
  }

  /** Bytes this event keeps alive, as far as known. */
  get size(): number {
    let size = 256;
    for (const head of this.#heads.values()) size += head.length;
    return size;
  }

  /** Counts holders, so that a budget counts a shared event once. Answers whether this is the first. */
  retain(): boolean {
    this.#retained += 1;
    return this.#retained === 1;
  }

  /** Answers whether nobody holds the event any more. */
  release(): boolean {
    this.#retained -= 1;
    return this.#retained === 0;
  }

  #head(origin: string): Buffer {
    const known = this.#heads.get(origin);
    if (known !== undefined) return known;
    const head = Buffer.from(
      `{"id":"${this.id}","data":${this.#data(origin)},"timestamp":${this.#now},"trackingId":"core_${this.id}",` +
        `"alertType":"none","headers":{},"wsWriteTimestamp":${this.#now},"sequenceNumber":`,
    );
    this.#heads.set(origin, head);
    return head;
  }
}
