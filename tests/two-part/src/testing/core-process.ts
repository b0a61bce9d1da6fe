import type { Database } from '@cloister/database';
import { Metrics } from '@cloister/health';
import { type Log, openLog } from '@cloister/logging';
import { type Busy, type Clock, Life, orUndefined } from '@cloister/testkit/model';
import { type CoreConfig, openContext, type Parts, SearchIndex } from './core-internals.ts';
import type { FeedView } from './feed.ts';
import { MortalDatabase } from './mortal-database.ts';

export interface CoreOptions {
  readonly config: CoreConfig;
  readonly real: Database;
  readonly busy: Busy;
  readonly clock: Clock;
  readonly feed: FeedView;
}

/** docs/wires.md §4: how long an asker waits for the key server. */
const patienceMs = 20_000;

/** The core without its sockets, in one life after another on the same database. */
export class CoreProcess {
  readonly name = 'core';
  readonly real: Database;
  /** Lines that say something is wrong. */
  readonly complaints: string[] = [];
  readonly feed: FeedView;
  readonly #options: CoreOptions;
  readonly #log: Log;
  #database: MortalDatabase | undefined;
  /** Told when a life ends. */
  onDeath: () => void = () => undefined;
  life = new Life(() => undefined);
  parts: Parts | undefined;

  constructor(options: CoreOptions) {
    this.#options = options;
    this.real = options.real;
    this.feed = options.feed;
    this.#log = openLog({ name: 'core', destination: { write: (line) => this.#hear(line) } });
  }

  async start(): Promise<void> {
    await this.#database?.settled();
    const { config, real, busy, clock, feed } = this.#options;
    this.life = new Life(() => {
      this.parts = undefined;
      this.onDeath();
    });
    this.#database = new MortalDatabase(real, busy, this.life);
    feed.restart();
    const { life } = this;
    const metrics = new Metrics();
    const now = () => clock.now;
    // Nobody searches here; it is there since the core has one.
    const index = await SearchIndex.open({
      db: real,
      key: Buffer.alloc(32),
      reset: false,
      now,
      log: this.#log,
      metrics,
    });
    const opening = openContext(config, {
      db: this.#database.database,
      feed: feed.directory,
      index,
      log: this.#log,
      now,
      patience: () => clock.timeout(patienceMs),
      metrics,
    });
    const parts = await busy.track(Promise.race([opening, life.over])).catch(orUndefined);
    if (!life.isOver) this.parts = parts;
  }

  #hear(line: string): void {
    if (/receipt\.chain-broken|receipt\.mismatch|core\/internal/.test(line)) this.complaints.push(line.trim());
  }
}
