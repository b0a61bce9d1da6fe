import type { Database, Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { instanceUri, type KmsHost, type ListRecalled, type Uuid } from '@cloister/wire';
import { oneAtATime } from '../../link/one-at-a-time.ts';
import type { AskPeer } from '../client/peer-request.ts';
import {
  deletePastHolders,
  hasHolders,
  setTold,
  type Untold,
  unheardHolders,
  untoldHolders,
} from '../store/list-holder-row.ts';

export type HolderNewsParts = {
  readonly kmsHost: KmsHost;
  /** Not the one that changes wait for. */
  readonly database: Database;
  readonly databaseNow: (queries: Queries) => Promise<Date>;
  readonly ask: AskPeer;
  /** Whether realms whose people were put on a list hear of it at once, and not with the next round. */
  readonly invitesAtOnce: boolean;
  readonly log: Log;
};

/** Of one realm in one round; the next round goes on. */
const MOST = 500;

/**
 * Tells every realm that may still use a list of ours of its changes (wires.md §13), until each has answered or may use it
 * no more; and those whose people were put on one, until they have answered. Realms do not wait for each other.
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

  /** People of other realms were put on a list. */
  added(): void {
    if (this.#parts.invitesAtOnce) void this.invite();
  }

  /** Tells what is untold. Never throws: what was not told is told the next time. */
  readonly tell = oneAtATime(() =>
    this.#safely(async ({ database, databaseNow }) => {
      const now = await databaseNow(database);
      await this.#tellAll(await untoldHolders(database, now, MOST), {});
      await deletePastHolders(database, now);
      this.#hasHolders = await hasHolders(database, now);
    }),
  );

  /**
   * Tells whose people were put on which lists. No change waits for it; but who heard has the list, and has met this realm,
   * when the first of its people asks for a key. Never throws.
   */
  readonly invite = oneAtATime(() =>
    this.#safely(async ({ database }) => this.#tellAll(await unheardHolders(database, MOST), { added: true })),
  );

  async #tellAll(untold: readonly Untold[], what: Pick<ListRecalled, 'added'>): Promise<void> {
    const byHost = Map.groupBy(untold, ({ kmsHost }) => kmsHost);
    await Promise.all([...byHost.values()].map((all) => tellRealm(this.#parts, all, what)));
  }

  async #safely(work: (parts: HolderNewsParts) => Promise<void>): Promise<void> {
    try {
      await work(this.#parts);
    } catch (error) {
      this.#parts.log.failure('lists.not-told', error);
    }
  }
}

/** The first one that fails ends it: the realm is out of reach, and the others would wait as long each. */
const tellRealm = async (
  parts: HolderNewsParts,
  untold: readonly Untold[],
  what: Pick<ListRecalled, 'added'>,
): Promise<void> => {
  const { ask, kmsHost, database, log } = parts;
  for (const each of untold) {
    const { resourceId, authorizationVersion, revocationEpoch } = each;
    const resourceUri = instanceUri(kmsHost, 'resources', resourceId as Uuid);
    const body = { resourceUri, authorizationVersion, revocationEpoch, ...what };
    try {
      const answer = await ask(each.kmsHost, { method: 'POST', path: '/federation/v1/recalls', body, answer: null });
      if (!answer.isRefused) await setTold(database, each);
    } catch (error) {
      log.failure('lists.not-told', error, { kmsHost: each.kmsHost });
      return;
    }
  }
};
