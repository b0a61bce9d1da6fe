import type { Database, Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { instanceUri, type KmsHost, type Uuid } from '@cloister/wire';
import { oneAtATime } from '../../link/one-at-a-time.ts';
import type { AskPeer } from '../client/peer-request.ts';
import { deletePastHolders, hasHolders, setTold, type Untold, untoldHolders } from '../store/list-holder-row.ts';

export type HolderNewsParts = {
  readonly kmsHost: KmsHost;
  /** Not the one that changes wait for. */
  readonly database: Database;
  readonly databaseNow: (queries: Queries) => Promise<Date>;
  readonly ask: AskPeer;
  readonly log: Log;
};

const MOST = 500;

/**
 * Tells every realm that may still use a list of ours of its changes (wires.md §13), until each has answered or may use it
 * no more. Realms do not wait for each other.
 */
export class HolderNews {
  readonly #parts: HolderNewsParts;
  /** As far as this node knows: most changes are of rooms that no other realm has anybody in. */
  #hasHolders = true;

  constructor(parts: HolderNewsParts) {
    this.#parts = parts;
  }

  /** This node gave a list away. */
  given(): void {
    this.#hasHolders = true;
  }

  /** A list may have changed. */
  changed(): void {
    if (this.#hasHolders) void this.tell();
  }

  /** Tells what is untold. Never throws: what was not told is told the next time. */
  readonly tell = oneAtATime(async () => {
    const { database, databaseNow, log } = this.#parts;
    try {
      const now = await databaseNow(database);
      const untold = await untoldHolders(database, now, MOST);
      const byHost = Map.groupBy(untold, ({ kmsHost }) => kmsHost);
      await Promise.all([...byHost.values()].map((all) => tellRealm(this.#parts, all)));
      await deletePastHolders(database, now);
      this.#hasHolders = await hasHolders(database, now);
    } catch (error) {
      log.failure('lists.not-told', error);
    }
  });
}

/** The first one that fails ends it: the realm is out of reach, and the others would wait as long each. */
const tellRealm = async (parts: HolderNewsParts, untold: readonly Untold[]): Promise<void> => {
  const { ask, kmsHost, database, log } = parts;
  for (const each of untold) {
    const { resourceId, authorizationVersion, revocationEpoch } = each;
    const resourceUri = instanceUri(kmsHost, 'resources', resourceId as Uuid);
    const body = { resourceUri, authorizationVersion, revocationEpoch };
    try {
      const answer = await ask(each.kmsHost, { method: 'POST', path: '/federation/v1/recalls', body, answer: null });
      if (!answer.isRefused) await setTold(database, each);
    } catch (error) {
      log.failure('lists.not-told', error, { kmsHost: each.kmsHost });
      return;
    }
  }
};
