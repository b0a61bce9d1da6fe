import type { SearchKey } from '../tokens/search-key.ts';
import { CounterTable } from './counter-table.ts';

/** The counters of one epoch of an index, in memory, and what is stored of them. */
export type EpochCounters = {
  readonly key: SearchKey;
  readonly table: CounterTable;
  /** Where the epoch began. */
  readonly start: number;
  /** Of the newest row; 0 without any. */
  number: number;
  snapshotBytes: number;
  changesBytes: number;
  changesRows: number;
};

export const newEpoch = (key: SearchKey, start: number): EpochCounters => ({
  key,
  table: new CounterTable(),
  start,
  number: 0,
  snapshotBytes: 0,
  changesBytes: 0,
  changesRows: 0,
});

/** Rows to read when the index is opened, at most, however small they are. */
const MOST_ROWS = 128;
const FEW_ROWS = 16;

/**
 * Whether a snapshot should take the place of the rows: when there are too many, or enough of them with an eighth of the snapshot's size,
 * so that each change is written again a few times at most.
 */
export const isSnapshotDue = ({ changesRows, changesBytes, snapshotBytes }: EpochCounters): boolean =>
  changesRows >= MOST_ROWS || (changesRows >= FEW_ROWS && 8 * changesBytes >= snapshotBytes);
