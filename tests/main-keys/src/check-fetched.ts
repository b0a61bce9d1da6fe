import type { Fetched } from './fetched.ts';
import type { Run } from './run.ts';
import type { Snapshot } from './snapshot.ts';

/** A KEK is kept in memory for so long, whatever becomes of its main key at Amazon (byok.md §3). */
const keptMs = 60_000;

type Told = Pick<Run, 'snapshots' | 'world'>;

/**
 * A key is given as it was made, and only while its chain is alive (byok.md §4.1).
 * @throws when it was given otherwise
 */
export const checkFetched = (fetched: Fetched, run: Told): void => {
  const { key, bytes, from, to, node } = fetched;
  if (bytes === null) return;
  if (bytes !== key.bytes) throw new Error('another key than was made');
  const seen = seenMeanwhile(fetched, run.snapshots);
  if (seen.every(({ isFrozen }) => isFrozen))
    throw new Error(`node ${node.name} gave a key while the main key was off`);
  const last = seen.at(-1);
  if (last?.isFrozen && last.isEffective) {
    throw new Error(
      `node ${node.name} gave a key after the revocation was said to be effective (${from.step} to ${to.step})`,
    );
  }
  if (isShut(fetched, run)) throw new Error(`node ${node.name} gave a key that Amazon lets nobody use`);
};

/** Whether the key's KEK was, all the time, under main keys that Amazon had refused for longer than it is kept in memory. */
export const isShut = (fetched: Fetched, { snapshots, world }: Told): boolean => {
  const [from, to] = [fetched.from.ms - keptMs, fetched.to.ms];
  return seenMeanwhile(fetched, snapshots).every(({ keks, arns }) => {
    const arn = arns[keks[fetched.key.kek] ?? ''];
    return arn !== undefined && world.amazon.refused(arn, from, to);
  });
};

/** How things were when somebody asked, and after every change until they were answered. */
const seenMeanwhile = ({ from, to }: Fetched, snapshots: readonly Snapshot[]): Snapshot[] => {
  const before = snapshots.findLast(({ step }) => step <= from.step);
  const meanwhile = snapshots.filter(({ step }) => step > from.step && step <= to.step);
  return [...(before === undefined ? [] : [before]), ...meanwhile];
};
