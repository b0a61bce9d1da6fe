import type { Database, Queries } from '@cloister/database';
import type { HsmClient } from '@cloister/hsm';
import type { Log } from '@cloister/logging';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import { countKeksUnder, type DueKey, dueDisposals, duePurges, dueRetired } from '../store/due-row.ts';
import { takeLead } from '../store/leader-lock.ts';
import { deleteNodesBefore } from '../store/node-row.ts';
import { lockOrganisationKeys } from '../store/organisation-keys-row.ts';
import { dispose } from './dispose.ts';

export type TimerParts = {
  readonly database: Database;
  readonly hsm: Pick<HsmClient, 'destroy'>;
  readonly databaseNow: (queries: Queries) => Promise<Date>;
  readonly transition: (tx: Queries, organisationId: string, event: MasterKeyEvent) => Promise<unknown>;
  readonly log: Log;
};

/** A node that was not heard of for so long is forgotten. */
const FORGET_NODES_MS = 24 * 3600 * 1000;

/**
 * Does what is due by the database's clock: keys that rested long enough and deleted ones whose 30 days are over are
 * removed (R032, R049), and what nobody needs is destroyed. One node at a time; false when another is at it. Each deed is a
 * transaction of its own that decides anew, so that a crash or a second node does no harm.
 */
export const runTimers = (parts: TimerParts): Promise<boolean> =>
  parts.database.transaction(async (leader) => {
    if (!(await takeLead(leader))) return false;
    const { database, databaseNow, log } = parts;
    const at = await databaseNow(leader);
    await each(log, await dueRetired(database, at), (key) => retire(parts, key));
    await each(log, await duePurges(database, at), (key) => purge(parts, key));
    await each(log, await dueDisposals(database, at), (key) => dispose(parts, key, at));
    await deleteNodesBefore(database, new Date(at.getTime() - FORGET_NODES_MS));
    return true;
  });

/** "re-check 0 references else stay + alarm" (byok.md §4.2). */
const retire = ({ database, transition, log }: TimerParts, { organisationId, keyId }: DueKey): Promise<unknown> =>
  database.transaction(async (tx) => {
    await lockOrganisationKeys(tx, organisationId);
    const count = await countKeksUnder(tx, organisationId, keyId);
    if (count > 0) {
      log.event('master-key.still-needed', { organisationId, keyId, reason: 'referenced', count }, 'error');
      return;
    }
    await transition(tx, organisationId, { type: 'retireOver', keyId });
  });

const purge = ({ database, transition }: TimerParts, { organisationId, keyId }: DueKey): Promise<unknown> =>
  database.transaction((tx) => transition(tx, organisationId, { type: 'purgeOver', keyId }));

/** One that fails is tried again in the next round, and stops none of the others. */
const each = async (log: Log, keys: readonly DueKey[], work: (key: DueKey) => Promise<unknown>): Promise<void> => {
  for (const key of keys) {
    try {
      await work(key);
    } catch (error) {
      log.failure('master-key.timer-failed', error, { keyId: key.keyId, organisationId: key.organisationId });
    }
  }
};
