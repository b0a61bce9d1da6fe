import type { Database } from '@cloister/database';
import type { MainKey } from '@cloister/hsm';
import type { Hsm } from '../../keys/hsm.ts';
import { unwrapKek, wrapKek } from '../../keys/kek-wrap.ts';
import { type KekRow, lockKeksUnder, moveKeks } from '../../store/kek-row.ts';
import { holdLeadingKey, leadingKey } from '../store/organisation-keys-row.ts';
import { ownMainKey, type Rotation } from '../store/rotation-row.ts';

export type BatchParts = {
  readonly database: Database;
  readonly hsm: Hsm;
  /** The realm's default main key. */
  readonly defaultKey: MainKey;
  /** Throws where this node may not use keys. */
  readonly requireLease: () => void;
  /** KEKs in one transaction; 200 unless told. */
  readonly batchSize?: number | undefined;
};

const BATCH = 200;
/** Enough to hide Amazon's answering time, and to let many requests to the local keystore share a packet. */
const AT_ONCE = 32;

/** `isLast` when there is nothing more to move now: all done, held by another node, or not to be moved any more. */
export type Moved = { readonly count: number; readonly isLast: boolean };

const nothing: Moved = { count: 0, isLast: true };

/**
 * Rewraps some KEKs for the organisation's head of this moment, in one transaction: all of them or none. The organisation's
 * row is held only for the writing, so that nobody who revokes or activates waits for a key store; who did so meanwhile
 * made the work void, and the next batch goes to the newest head (R043).
 */
export const moveBatch = (parts: BatchParts, { organisationId, keyId }: Rotation): Promise<Moved> =>
  parts.database.transaction(async (tx) => {
    const { defaultKey, batchSize = BATCH } = parts;
    parts.requireLease();
    const from = keyId === null ? defaultKey : await ownMainKey(tx, organisationId, keyId);
    const rows = await lockKeksUnder(tx, { organisationId, hsmKeyId: from.keyId, limit: batchSize });
    if (rows.length === 0) return nothing;
    const headKeyId = await leadingKey(tx, organisationId);
    if (headKeyId === undefined) return nothing;
    const to = headKeyId === null ? defaultKey : await ownMainKey(tx, organisationId, headKeyId);
    const moved = await rewrap(parts, rows, from, to);
    if ((await holdLeadingKey(tx, organisationId)) !== headKeyId) return { count: 0, isLast: false };
    const count = await moveKeks(tx, moved, { from: from.keyId, isAmazon: to.arn !== undefined });
    return { count, isLast: rows.length < batchSize };
  });

/** A KEK is in the clear until it is wrapped again, and then wiped. */
const rewrap = async (
  { hsm }: BatchParts,
  rows: readonly KekRow[],
  from: MainKey,
  to: MainKey,
): Promise<readonly KekRow[]> => {
  const rest = [...rows];
  const moved: KekRow[] = [];
  const follow = async () => {
    for (let row = rest.pop(); row !== undefined; row = rest.pop()) {
      const kek = await unwrapKek(hsm, from, row);
      const { kekId, version, organisationId, level, label } = row;
      moved.push(
        await wrapKek(hsm, to, { kekId, version, organisationId, level, label }, kek).finally(() => kek.fill(0)),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, follow));
  return moved;
};
