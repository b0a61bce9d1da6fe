import type { OrganisationId } from '@cloister/wire';
import { type CounterRow, sealCounters } from './counter-row.ts';
import { type EpochCounters, isSnapshotDue } from './epoch-counters.ts';
import type { OpenedIndex } from './opened-index.ts';

/**
 * A snapshot of the newest epoch, when one is due. Only while nothing is under way: it stands for what the core has.
 */
export function snapshotIfDue(organisationId: OrganisationId, index: OpenedIndex): CounterRow | null {
  const epoch = index.epochs.at(-1);
  if (epoch === undefined || index.position !== index.confirmed || !isSnapshotDue(epoch)) return null;
  const row = rowOf(organisationId, index, epoch, true, epoch.start, index.confirmed, epoch.table.bytes());
  epoch.snapshotBytes = row.sealed.length;
  epoch.changesBytes = 0;
  epoch.changesRows = 0;
  return row;
}

/** What changed and is not stored, with the batch that goes from `from` to `to`; without one both are what the core has. */
export function changesOf(
  organisationId: OrganisationId,
  index: OpenedIndex,
  from = index.confirmed,
  to = from,
): CounterRow | null {
  const epoch = index.epochs.at(-1);
  if (epoch === undefined) return null;
  const row = rowOf(organisationId, index, epoch, false, from, to, index.takeChanges());
  epoch.changesBytes += row.sealed.length;
  epoch.changesRows += 1;
  index.position = Math.max(index.position, to);
  return row;
}

function rowOf(
  organisationId: OrganisationId,
  { name: { roomId, generation } }: OpenedIndex,
  epoch: EpochCounters,
  isSnapshot: boolean,
  from: number,
  to: number,
  entries: Buffer,
): CounterRow {
  epoch.number += 1;
  const place = { roomId, generation, epoch: epoch.key.epoch, number: epoch.number, isSnapshot, from, to };
  const row = sealCounters(organisationId, epoch.key, place, entries);
  entries.fill(0);
  return row;
}
