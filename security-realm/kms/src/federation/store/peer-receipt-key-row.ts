import { type Queries, sql } from '@cloister/database';
import type { KmsHost } from '@cloister/wire';

/** A public Ed25519 key that a peer signs receipts with, under the name that its receipts give it. */
export type PeerReceiptKeyRow = { readonly kmsHost: KmsHost; readonly kid: string; readonly publicKey: Buffer };

/** What one peer can have us keep for good. */
const MOST = 100;

/** Keeps the first key of that name, and answers which that is and whether it is this one's doing; none beyond the bound. */
export const keepReceiptKey = async (
  queries: Queries,
  { kmsHost, kid, publicKey }: PeerReceiptKeyRow,
  now: Date,
): Promise<{ readonly isNew: boolean; readonly kept: Buffer | null }> => {
  const count =
    await queries.execute(sql.prepared`insert into peer_receipt_key (kms_host, kid, public_key, first_seen_at)
    select ${kmsHost}::text, ${kid}::text, ${publicKey}::bytea, ${now}::timestamptz
    where (select count(*) from peer_receipt_key where kms_host = ${kmsHost}) < ${MOST}
    on conflict (kms_host, kid) do nothing`);
  return { isNew: count === 1, kept: await findReceiptKey(queries, kmsHost, kid) };
};

export const findReceiptKey = async (queries: Queries, kmsHost: KmsHost, kid: string): Promise<Buffer | null> => {
  const row = await queries.maybe(sql.prepared<{ publicKey: Buffer }>`select public_key as "publicKey"
    from peer_receipt_key where kms_host = ${kmsHost} and kid = ${kid}`);
  return row?.publicKey ?? null;
};
