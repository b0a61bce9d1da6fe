import type { Database, Queries } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import { compactedTo, encodeHead, type Segment } from '../index-head.ts';
import type { IndexKeys } from '../index-keys.ts';
import { OpenedIndex } from '../opened-index.ts';
import { deadDocuments, lockIndex, replaceHead } from '../store/compaction.ts';
import type { IndexPlace } from '../store/indexes.ts';
import { deleteMerged } from '../store/segments.ts';
import { chooseMerge } from './choose-merge.ts';
import { mergeRuns } from './merge-runs.ts';
import { blocksOfSegment, Run, runsOfBatches } from './run.ts';
import { SegmentWriter } from './segment-writer.ts';

/**
 * Merges an index's batches, and segments that are small beside them, into one segment; takes dead documents out of what it writes, and
 * out of all segments when it `purges`. One transaction: whoever dies in it changed nothing.
 * @returns whether anything was done
 * @throws CloisterError `core/index-damaged`
 */
export const compactIndex = (db: Database, keys: IndexKeys, place: IndexPlace, purges: boolean): Promise<boolean> =>
  db.transaction(async (tx) => {
    const found = await lockIndex(tx, place);
    if (found === null) return false;
    const { organisationId, roomId, generation } = found;
    const index = new OpenedIndex(found, { organisationId, roomId, generation }, keys);
    const until = compactedTo(index.head);
    const dead = await deadDocuments(tx, roomId, Math.min(found.purged, until));
    const fresh = index.batches.length === 0 ? undefined : found.sizes.reduce((sum, size) => sum + size, 0);
    const { rewritten, merged } = chooseMerge(index.head, fresh, dead, purges);
    const work = new Compaction(tx, index, new Set(dead));
    const segments: Segment[] = [];
    for (const segment of index.head.segments) {
      if (rewritten.includes(segment)) segments.push(await work.write([segment], false));
      else if (!merged.includes(segment)) segments.push(segment);
    }
    if (fresh !== undefined) segments.push(await work.write(merged, true));
    const compactions = found.compactions + 1;
    const gone = [...rewritten, ...merged].map(({ segment }) => segment);
    const freed = await deleteMerged(tx, index, gone, index.position);
    const head = index.seal.seal(encodeHead({ next: work.next, segments }), ['head', compactions]);
    const replaced = await replaceHead(tx, index, {
      head,
      compactions,
      purged: purges ? found.logged : found.purged,
      pages: segments.reduce((sum, { pages }) => sum + pages, 0),
      droppedPostings: work.dropped,
      addedBytes: work.bytes - freed,
    });
    // Nothing of it may stand then: the error undoes what was written.
    if (!replaced) throw new CloisterError('core/conflict');
    return true;
  });

/** The segments that one compaction writes. */
class Compaction {
  readonly #tx: Queries;
  readonly #index: OpenedIndex;
  readonly #dead: ReadonlySet<number>;
  next: number;
  dropped = 0;
  bytes = 0;

  constructor(tx: Queries, index: OpenedIndex, dead: ReadonlySet<number>) {
    this.#tx = tx;
    this.#index = index;
    this.#dead = dead;
    this.next = index.head.next;
  }

  /** One segment of these, and of the batches if told. */
  async write(segments: readonly Segment[], withBatches: boolean): Promise<Segment> {
    const index = this.#index;
    const batches = withBatches ? index.batches : [];
    const from = segments[0]?.from ?? batches[0]?.since ?? 0;
    const to = batches.at(-1)?.until ?? segments.at(-1)?.to ?? 0;
    const writer = new SegmentWriter(this.#tx, index, { segment: this.next, from, to });
    this.next += 1;
    const runs = [
      ...segments.map((segment) => new Run(blocksOfSegment(this.#tx, index, segment))),
      ...(withBatches ? await runsOfBatches(this.#tx, index) : []),
    ];
    this.dropped += await mergeRuns(runs, this.#dead, (high, low, position) => writer.add(high, low, position));
    const written = await writer.finish();
    this.bytes += writer.bytes;
    return written;
  }
}
