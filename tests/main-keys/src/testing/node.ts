import { type Database, DatabaseError } from '@cloister/database';
import { type Kms, type KmsParts, openKms } from '@cloister/kms';
import { type Clock, Life, orUndefined } from '@cloister/testkit/model';
import { askedInSteps } from './asked-in-steps.ts';
import { NodeDatabase } from './node-database.ts';
import type { RowLock } from './row-lock.ts';
import type { Stage } from './stage.ts';

export type NodeOptions = {
  readonly name: string;
  readonly real: Database;
  readonly stage: Stage;
  readonly row: RowLock;
  readonly clock: Clock;
  readonly parts: Omit<KmsParts, 'database' | 'sideDatabase' | 'watchDatabase' | 'startTimer'>;
  readonly committed: (texts: readonly string[]) => Promise<void>;
};

/** One node of the key server, in process, in one life after another. */
export class Node {
  readonly name: string;
  readonly #options: NodeOptions;
  #databases: NodeDatabase[] = [];
  #resume: (() => void) | null = null;
  #running: Promise<void> = Promise.resolve();
  #isCutOff = false;
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

  /** From its database: what it asks there fails, and its open transactions are rolled back at their next step. */
  cutOff(): void {
    this.#isCutOff = true;
  }

  connect(): void {
    this.#isCutOff = false;
  }

  /** Ends its life for good. */
  end(): void {
    this.onDeath = () => undefined;
    this.life.end();
  }

  /** Resolves when nothing of its last life is left at the database. */
  async settled(): Promise<void> {
    for (const database of this.#databases) await database.settled();
  }

  async start(): Promise<void> {
    await this.settled();
    const { parts, clock, ...options } = this.#options;
    this.resume();
    this.connect();
    this.life = new Life(() => {
      this.kms = null;
      this.resume();
      this.onDeath();
    });
    const { life } = this;
    const running = () => this.#running;
    const isCutOff = () => this.#isCutOff;
    const databases = [0, 1, 2].map(() => new NodeDatabase({ ...options, life, running, isCutOff }));
    this.#databases = databases;
    const [database, sideDatabase, watchDatabase] = databases.map((each) => each.database) as [
      Database,
      Database,
      Database,
    ];
    const opening = openKms({
      ...parts,
      hsm: askedInSteps(parts.hsm, { ...options, life, running }),
      database,
      sideDatabase,
      watchDatabase,
      startTimer: (ms, wake) => clock.after(ms, () => void running().then(wake)),
    });
    const kms = await Promise.race([opening, life.over]).catch(orUndefined);
    if (kms !== undefined && !life.isOver) this.kms = kms;
  }

  /** Work of the node by itself; what a death or a cable that is cut ends is ended, and the server tries again later. */
  async work(job: (kms: Kms) => Promise<unknown>): Promise<void> {
    if (this.kms === null) return;
    await Promise.race([job(this.kms), this.life.over]).catch((error) => {
      if (!(error instanceof DatabaseError && error.fault === 'unavailable')) orUndefined(error);
    });
  }
}
