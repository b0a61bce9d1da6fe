import type { Database, Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import type { KekStore } from '../../keys/kek-store.ts';
import { oneAtATime } from '../../link/one-at-a-time.ts';
import {
  acknowledge,
  beat,
  deleteNode,
  type OrganisationEpoch,
  organisationEpochs,
  proveRevocations,
} from '../store/node-row.ts';
import type { Lease } from './lease.ts';
import type { StartTimer } from './start-timer.ts';
import { within } from './within.ts';

export type RevocationWatchParts = {
  readonly database: Database;
  readonly keks: Pick<KekStore, 'forget' | 'forgetOrganisation'>;
  readonly lease: Lease;
  /** This process among those of the realm. */
  readonly nodeId: string;
  readonly databaseNow: (queries: Queries) => Promise<Date>;
  readonly log: Log;
  /** The machine's unless told. */
  readonly startTimer?: StartTimer | undefined;
};

/** How long a look may take: a connection that was cut says nothing for minutes. */
const PATIENCE_MS = 5_000;

/** For one answer: whether what was decided when it began may still leave. */
export type Permit = { holds(): boolean };

export type FrozenOrganisation = Pick<OrganisationEpoch, 'organisationId' | 'epoch'>;

/**
 * What makes this node stop when a main key is revoked (wires.md §12): it looks at every organisation's epoch, forgets the
 * KEKs of those that changed and says so. A look that fails leaves the lease as it is, which ends by itself.
 */
export class RevocationWatch {
  readonly #parts: RevocationWatchParts;
  readonly #seen = new Map<string, OrganisationEpoch>();
  readonly #listeners = new Set<(frozen: FrozenOrganisation) => void>();
  #changes = 0;

  constructor(parts: RevocationWatchParts) {
    this.#parts = parts;
  }

  /** Looks now. Never throws: whether it helped shows in the lease. */
  readonly look = oneAtATime(async () => {
    const { lease, keks, log, startTimer } = this.#parts;
    try {
      await within(PATIENCE_MS, this.#look(), startTimer);
    } catch (error) {
      log.failure('revocation.look-failed', error);
    }
    if (!lease.isHeld) keks.forget();
  });

  /** Before keys are read for an answer. Null when there is no lease, not even after another look. */
  async permit(): Promise<Permit | null> {
    const { lease } = this.#parts;
    if (!lease.isHeld) await this.look();
    if (!lease.isHeld) return null;
    const changes = this.#changes;
    return { holds: () => lease.isHeld && this.#changes === changes };
  }

  isFrozen(organisationId: string): boolean {
    return this.#seen.get(organisationId)?.isFrozen === true;
  }

  /** The organisations that were frozen at the last look. */
  get frozen(): FrozenOrganisation[] {
    return [...this.#seen.values()].filter(({ isFrozen }) => isFrozen);
  }

  /** Hears of each organisation that becomes frozen; the result stops that. */
  onFrozen(listener: (frozen: FrozenOrganisation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** This node uses no key any more, and is waited for by nobody. */
  async leave(): Promise<void> {
    this.#parts.lease.drop();
    this.#parts.keks.forget();
    await deleteNode(this.#parts.database, this.#parts.nodeId);
  }

  /** The node is written down before it looks, so that a revocation it does not see yet waits for it. */
  async #look(): Promise<void> {
    const { database, databaseNow, lease, nodeId } = this.#parts;
    const renew = lease.beginLook();
    await beat(database, { nodeId, at: await databaseNow(database), leaseMs: lease.ms });
    const epochs = await organisationEpochs(database, nodeId);
    for (const epoch of epochs) this.#take(epoch);
    renew();
    const news = epochs.filter(({ isAcknowledged }) => !isAcknowledged);
    if (news.length > 0) await acknowledge(database, nodeId, news);
    if (epochs.some(({ isUnproven }) => isUnproven)) await this.#prove();
  }

  /** From here on no answer leaves that was decided before (see `Permit`), and every key is read anew. */
  #take(now: OrganisationEpoch): void {
    const before = this.#seen.get(now.organisationId);
    // The answer to a look that was given up may come after that to a later one.
    if (before !== undefined && now.epoch <= before.epoch) return;
    this.#seen.set(now.organisationId, now);
    // New here, and nothing of it was ever switched off: whatever was decided before it was seen stands.
    if (before === undefined && now.epoch === 0) return;
    this.#changes += 1;
    this.#parts.keks.forgetOrganisation(now.organisationId);
    if (now.isFrozen) for (const tell of this.#listeners) tell(now);
  }

  async #prove(): Promise<void> {
    const { database, databaseNow, log } = this.#parts;
    for (const { organisationId } of await proveRevocations(database, await databaseNow(database))) {
      log.event('revocation.effective', { organisationId });
    }
  }
}
