import type { OrganisationId } from '@cloister/wire';
import { CloisterError } from '@cloister/wire';
import type { SearchKey } from '../tokens/search-key.ts';
import { type CounterRow, type IndexName, openCounters } from './counter-row.ts';
import { type EpochCounters, newEpoch } from './epoch-counters.ts';
import { OpenedIndex } from './opened-index.ts';

/**
 * The index that `rows` (by epoch and number) are of, or null when they are not what was written last: a row is missing or was altered,
 * or its key is gone. Then nobody knows which tokens the core holds, and the room needs another generation.
 * @throws CloisterError `kms/unavailable` when a newer key than these was used: they are to be asked for again
 */
export function restoreIndex(
  organisationId: OrganisationId,
  name: IndexName,
  keys: readonly SearchKey[],
  rows: readonly CounterRow[],
): OpenedIndex | null {
  const epochs: EpochCounters[] = [];
  let position = 0;
  let confirmed = 0;
  try {
    for (const row of rows) {
      let epoch = epochs.at(-1);
      if (epoch?.key.epoch !== row.epoch) {
        if (row.epoch > (keys.at(-1)?.epoch ?? 0))
          throw new CloisterError('kms/unavailable', { detail: 'a newer search key' });
        const key = keys.find((each) => each.epoch === row.epoch);
        const isBeginning = row.isSnapshot || row.number === 1;
        // What came between two epochs stands in rows of one of them.
        if (key === undefined || !isBeginning || row.from > position) return null;
        epoch = newEpoch(key, row.from);
        epochs.push(epoch);
      } else if (row.isSnapshot || row.number !== epoch.number + 1) return null;
      merge(epoch, row, organisationId);
      position = Math.max(position, row.to);
      confirmed = Math.max(confirmed, row.isSnapshot ? row.to : row.from);
    }
  } catch (error) {
    if (error instanceof CloisterError && error.code === 'platform/at-rest') return null;
    throw error;
  }
  return new OpenedIndex(name, epochs, position, confirmed);
}

function merge(epoch: EpochCounters, row: CounterRow, organisationId: OrganisationId): void {
  const entries = openCounters(organisationId, epoch.key, row);
  epoch.table.merge(entries);
  entries.fill(0);
  epoch.number = row.number;
  if (row.isSnapshot) {
    epoch.snapshotBytes = row.sealed.length;
  } else {
    epoch.changesBytes += row.sealed.length;
    epoch.changesRows += 1;
  }
}
