import type { Database, Queries } from '@cloister/database';
import type { MainKey } from '@cloister/hsm';
import type { Hsm } from '../../keys/hsm.ts';
import { type KekRow, lockKeksUnder, moveKeks, putOffKeks } from '../../store/kek-row.ts';
import { holdLeadingKey, leadingKey } from '../store/organisation-keys-row.ts';
import { ownMainKey, type Rotation } from '../store/rotation-row.ts';

export type BatchParts = {
  readonly database: Database;
  readonly databaseNow: (queries: Queries) => Promise<Date>;
  readonly hsm: Hsm;
  /** The realm's default main key. */
  readonly defaultKey: MainKey;
  /** Throws where this node may not use keys. */
  readonly requireLease: () => void;
  /** KEKs in one transaction; 256 unless told. */
  readonly batchSize?: number | undefined;
};

const BATCH = 256;
/** When a KEK that its main key did not open is tried again: somebody may have brought its row back by then. */
const AGAIN_MS = 3_600_000;

/** `isLast` when there is nothing more to move now: all done, held by another node, or not to be moved any more. */
export type Moved = { readonly count: number; readonly refused: readonly KekRow[]; readonly isLast: boolean };

const nothing: Moved = { count: 0, refused: [], isLast: true };

/**
 * Rewraps some KEKs for the organisation's head of this moment, in one transaction. The organisation's row is held only for
 * the writing, so that nobody who revokes or activates waits for a key store; who did so meanwhile made the work void, and
 * the next batch goes to the newest head (R043). A KEK that cannot be opened stays as it is, and the others do not wait for it.
 */
export const moveBatch = (parts: BatchParts, { organisationId, keyId }: Rotation): Promise<Moved> =>
  parts.database.transaction(async (tx) => {
    const { hsm, defaultKey, batchSize = BATCH } = parts;
    parts.requireLease();
    const from = keyId === null ? defaultKey : await ownMainKey(tx, organisationId, keyId);
    const now = await parts.databaseNow(tx);
    const rows = await lockKeksUnder(tx, { organisationId, hsmKeyId: from.keyId, now, limit: batchSize });
    if (rows.length === 0) return nothing;
    const headKeyId = await leadingKey(tx, organisationId);
    // The default key leads again: what is under it is where it belongs.
    if (headKeyId === undefined || headKeyId === keyId) return nothing;
    const to = headKeyId === null ? defaultKey : await ownMainKey(tx, organisationId, headKeyId);
    const { moved, refused } = await rewrap(hsm, rows, from, to);
    if ((await holdLeadingKey(tx, organisationId)) !== headKeyId) return { ...nothing, isLast: false };
    const count = await moveKeks(tx, moved, { from: from.keyId, isAmazon: to.arn !== undefined });
    await putOffKeks(tx, refused, new Date(now.getTime() + AGAIN_MS));
    return { count, refused, isLast: rows.length < batchSize };
  });

const rewrap = async (hsm: Hsm, rows: readonly KekRow[], from: MainKey, to: MainKey) => {
  const rewrapped = await hsm.rewrap(
    from,
    to,
    rows.map((row) => ({ place: row, wrapped: row.wrapped, commitment: row.commitment })),
  );
  const moved: KekRow[] = [];
  const refused: KekRow[] = [];
  for (const [at, row] of rows.entries()) {
    const kek = rewrapped[at] ?? null;
    if (kek === null) refused.push(row);
    else moved.push({ ...row, ...kek, hsmKeyId: to.keyId });
  }
  return { moved, refused };
};
