import type { Database, Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import { countKeksUnder } from '../store/due-row.ts';
import { lockOrganisationKeys } from '../store/organisation-keys-row.ts';
import { type Rotation, rotations } from '../store/rotation-row.ts';
import type { Breath } from './breath.ts';
import { type BatchParts, moveBatch } from './move-batch.ts';

export type RotateParts = BatchParts & {
  readonly database: Database;
  readonly transition: (tx: Queries, organisationId: string, event: MasterKeyEvent) => Promise<unknown>;
  readonly log: Log;
  readonly breath: Breath;
};

/**
 * Moves the KEKs of every main key in rotation to the organisation's head, in batches, and says so of each that has none
 * left (byok.md §3). Nothing is kept but the rows themselves: whoever calls this next, here or on another node, goes on
 * where a crash stopped it. Answers how many KEKs it moved.
 */
export const rotate = async (parts: RotateParts, signal?: AbortSignal): Promise<number> => {
  let moved = 0;
  for (const rotation of await rotations(parts.database)) {
    if (signal?.aborted) break;
    try {
      moved += await moveAll(parts, rotation, signal);
    } catch (error) {
      parts.log.failure('rotation.stalled', error, namesOf(rotation));
    }
  }
  return moved;
};

const namesOf = ({ organisationId, keyId }: Rotation) => ({ organisationId, keyId });

/** Batches: one is read and rewrapped while the other is written. */
const IN_FLIGHT = 2;

const moveAll = async (parts: RotateParts, rotation: Rotation, signal: AbortSignal | undefined): Promise<number> => {
  let moved = 0;
  const follow = async () => {
    while (!signal?.aborted && !rotation.isStalled) {
      const { count, refused, isLast } = await parts.breath.around(() => moveBatch(parts, rotation));
      moved += count;
      for (const { kekId, version } of refused) {
        parts.log.event('rotation.kek-refused', { ...namesOf(rotation), kekId, version }, 'error');
      }
      if (isLast) break;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: IN_FLIGHT }, follow));
  if (moved > 0) parts.log.event('rotation.moved', { ...namesOf(rotation), count: moved });
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  await finish(parts, rotation);
  return moved;
};

/**
 * "Only when count(old)=0 re-checked under the org lock" (byok.md §3): whoever makes a KEK holds the organisation's row
 * while it looks at the head, so that after this count none comes under the old key any more.
 */
const finish = (
  { database, transition, defaultKey }: RotateParts,
  { organisationId, keyId }: Rotation,
): Promise<void> =>
  database.transaction(async (tx) => {
    const keys = await lockOrganisationKeys(tx, organisationId);
    const isStill =
      keyId === null
        ? keys.defaultRole === 'rotation'
        : keys.keys.some((key) => key.keyId === keyId && key.state === 'rotation');
    if (!isStill || keys.isFrozen) return;
    if ((await countKeksUnder(tx, organisationId, keyId ?? defaultKey.keyId)) > 0) return;
    await transition(tx, organisationId, { type: 'rotationDone', keyId });
  });
