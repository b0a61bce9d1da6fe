import type { Database } from '@cloister/database';
import { type Kms, type KmsParts, openKms } from '@cloister/kms';
import { Died, Life } from './internals.ts';
import { NodeDatabase } from './node-database.ts';
import type { Stage } from './stage.ts';

export type NodeOptions = {
  readonly name: string;
  readonly real: Database;
  readonly stage: Stage;
  readonly parts: Omit<KmsParts, 'database' | 'sideDatabase'>;
  readonly committed: (texts: readonly string[]) => Promise<void>;
};

/** One node of the key server, in process, in one life after another. */
export class Node {
  readonly name: string;
  readonly #options: NodeOptions;
  #databases: NodeDatabase[] = [];
  #resume: (() => void) | null = null;
  #running: Promise<void> = Promise.resolve();
  kms: Kms | null = null;
  life = new Life(() => undefined);
  onDeath: () => void = () => undefined;

  constructor(options: NodeOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get isStopped(): boolean {
    return this.#resume !== null;
  }

  /** As SIGSTOP does: nothing of it moves. */
  stop(): void {
    if (this.#resume !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    [this.#running, this.#resume] = [promise, resolve];
  }

  resume(): void {
    this.#resume?.();
    this.#resume = null;
  }

  /** Ends its life, and leaves nothing of it at the database. */
  async halt(): Promise<void> {
    this.onDeath = () => undefined;
    this.life.end();
    for (const database of this.#databases) await database.settled();
  }

  async start(): Promise<void> {
    for (const database of this.#databases) await database.settled();
    const { parts, ...options } = this.#options;
    this.resume();
    this.life = new Life(() => {
      this.kms = null;
      this.resume();
      this.onDeath();
    });
    const { life } = this;
    const running = () => this.#running;
    const [main, side] = [0, 1].map(() => new NodeDatabase({ ...options, life, running })) as [
      NodeDatabase,
      NodeDatabase,
    ];
    this.#databases = [main, side];
    const opening = openKms({ ...parts, database: main.database, sideDatabase: side.database });
    const kms = await Promise.race([opening, life.over]).catch((error) => {
      if (error instanceof Died) return null;
      throw error;
    });
    if (!life.isOver) this.kms = kms;
  }

  /** Work of the node by itself; what a death cuts short is cut short. */
  async work(job: (kms: Kms) => Promise<unknown>): Promise<void> {
    if (this.kms !== null) await job(this.kms);
  }
}
