import { Connection, type Direction } from './testing/connection.ts';
import type { World } from './testing/world.ts';

interface Frame {
  readonly direction: Direction;
  readonly text: string;
  readonly connection: Connection;
  lost: boolean;
}

export interface LinkOptions {
  readonly world: World;
  /** Something that happens when the scheduler says so. */
  readonly later: (label: string, work: () => unknown) => void;
  /** Whenever it opened. */
  readonly opened: () => void;
}

/** The realm link between core and key server: what is on its way may be lost, doubled, late, out of order or readdressed. */
export class Link {
  readonly #options: LinkOptions;
  readonly #frames: Frame[] = [];
  readonly #flying = new Set<Frame>();
  #connection: Connection | undefined;
  #connecting = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.openSoon();
  }

  get isOpen(): boolean {
    return this.#connection?.isOpen === true;
  }

  /** The key server sends what the core has not recorded. */
  sendRemovals(): void {
    void this.#connection?.outbox.send();
  }

  lose(index: number): void {
    const flying = [...this.#flying];
    const frame = flying[index % Math.max(1, flying.length)];
    if (frame !== undefined) frame.lost = true;
  }

  /** A frame that was on the link before, once more; a result perhaps under the id of the newest question. */
  repeat(index: number, readdressed: boolean): void {
    const earlier = this.#frames[index % Math.max(1, this.#frames.length)];
    if (earlier === undefined || this.#connection === undefined) return;
    this.#carry(
      earlier.direction,
      readdressed ? this.#readdressed(earlier.text) : earlier.text,
      this.#connection,
      false,
    );
  }

  cut(): void {
    this.#connection?.close();
  }

  /** Leaves both ends without a connection, for good. */
  close(): void {
    this.#connecting = true;
    this.#connection?.close();
  }

  /** One end is gone. */
  drop(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  openSoon(): void {
    if (this.#connecting) return;
    this.#connecting = true;
    this.#options.later('link opens', () => {
      this.#connecting = false;
      if (this.#connection?.isOpen === true) return;
      const { core, kms, clock } = this.#options.world;
      this.#connection = undefined;
      // Whoever starts connects.
      if (core.parts === undefined || kms.kms === undefined) return;
      this.#connection = new Connection({
        core,
        kms,
        clock,
        carry: (...frame) => this.#carry(...frame),
        closed: () => this.openSoon(),
      });
      // What opening it asked of a database may have been the end of either.
      if (core.life.isOver || kms.life.isOver) this.#connection.close();
      this.#options.opened();
    });
  }

  #carry(direction: Direction, text: string, connection: Connection, isNew = true): void {
    const frame: Frame = { direction, text, connection, lost: false };
    if (isNew) this.#frames.push(frame);
    this.#flying.add(frame);
    this.#options.later(`${direction}: ${described(text)}`, () => {
      this.#flying.delete(frame);
      if (!frame.lost) connection.deliver(direction, text);
    });
  }

  #readdressed(text: string): string {
    const frame = JSON.parse(text) as Record<string, unknown>;
    const question = this.#frames.findLast(({ direction }) => direction === 'to kms');
    if (frame.type !== 'operation-result' || question === undefined) return text;
    return JSON.stringify({ ...frame, id: (JSON.parse(question.text) as { id: string }).id });
  }
}

const described = (text: string): string => {
  const { type, operationId: id } = JSON.parse(text) as { type: string; operationId?: string };
  return id === undefined ? type : `${type} ${id.slice(0, 6)}`;
};
