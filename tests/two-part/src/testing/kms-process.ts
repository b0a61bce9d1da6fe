import type { Database } from '@cloister/database';
import { type Kms, type KmsParts, openKms, type RealmSecrets } from '@cloister/kms';
import { openLog } from '@cloister/logging';
import { type Busy, type Clock, Life, orUndefined } from '@cloister/testkit/model';
import { openTokenVerifier } from '@cloister/verify';
import { newId } from '@cloister/wire';
import type { FeedView } from './feed.ts';
import { MortalDatabase } from './mortal-database.ts';

export interface KmsOptions extends Pick<KmsParts, 'kmsHost' | 'organisations' | 'hsm'> {
  readonly real: Database;
  readonly secrets: RealmSecrets;
  readonly issuer: string;
  readonly busy: Busy;
  readonly clock: Clock;
  readonly feed: FeedView;
}

/** A wrong key server: what is done instead of what should be. */
export type Spoil = (kms: Kms) => Kms;

/** The key server in process, in one life after another on the same database. */
export class KmsProcess {
  readonly name = 'kms';
  readonly real: Database;
  readonly feed: FeedView;
  readonly options: KmsOptions;
  readonly log = openLog({ name: 'kms', destination: { write: () => undefined } });
  #databases: MortalDatabase[] = [];
  #removing = false;
  /** Told when a life ends. */
  onDeath: () => void = () => undefined;
  life = new Life(() => undefined);
  kms: Kms | undefined;
  spoil: Spoil = (kms) => kms;

  constructor(options: KmsOptions) {
    this.options = options;
    this.real = options.real;
    this.feed = options.feed;
  }

  async start(): Promise<void> {
    for (const database of this.#databases) await database.settled();
    const { real, busy, clock, feed, issuer, ...parts } = this.options;
    this.life = new Life(() => {
      this.kms = undefined;
      this.onDeath();
    });
    const { life } = this;
    const [database, sideDatabase] = [new MortalDatabase(real, busy, life), new MortalDatabase(real, busy, life)];
    this.#databases = [database, sideDatabase];
    this.#removing = false;
    feed.restart();
    const opening = openKms({
      ...parts,
      database: database.database,
      sideDatabase: sideDatabase.database,
      status: feed.directory,
      verifyToken: openTokenVerifier({ feed: feed.directory, issuer }),
      log: this.log,
      now: () => new Date(clock.now),
      monotonicNow: () => clock.now,
      newId,
    });
    const kms = await busy.track(Promise.race([opening, life.over])).catch(orUndefined);
    if (kms !== undefined && !life.isOver) this.kms = this.spoil(kms);
  }

  /** Removes who left, one round at a time, as the server does on each entry and from time to time. */
  async removeLeavers(made: () => void): Promise<void> {
    const { kms, life } = this;
    if (kms === undefined || this.#removing) return;
    this.#removing = true;
    await kms.removeLeavers({ made });
    if (this.life === life) this.#removing = false;
  }
}
