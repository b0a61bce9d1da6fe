import { type Queries, sql } from '@cloister/database';
import type { HelloFrame, KmsDiscovery } from '@cloister/wire';

export interface StoredDiscovery {
  readonly kmsHost: string;
  readonly answer: KmsDiscovery;
  readonly receiptKid: string;
}

export const saveDiscovery = async (
  db: Queries,
  { kmsHost, discovery, receiptKid }: HelloFrame,
  now: Date,
): Promise<void> => {
  await db.execute(sql`
    insert into discovery (kms_host, answer, receipt_kid, updated_at)
    values (${kmsHost}, ${JSON.stringify(discovery)}, ${receiptKid}, ${now})
    on conflict (kms_host) do update set answer = excluded.answer, receipt_kid = excluded.receipt_kid, updated_at = excluded.updated_at`);
};

export const loadDiscovery = async (db: Queries): Promise<StoredDiscovery[]> => {
  const rows = await db.rows(sql<{ kmsHost: string; answer: string; receiptKid: string }>`
    select kms_host as "kmsHost", answer, receipt_kid as "receiptKid" from discovery`);
  return rows.map(({ answer, ...row }) => ({ ...row, answer: JSON.parse(answer) as KmsDiscovery }));
};
