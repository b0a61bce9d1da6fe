import { type Queries, sql } from '@cloister/database';

/** A key that is to be destroyed in the hsm from a moment on. */
export type HsmDisposalRow = { readonly keyId: string; readonly organisationId: string; readonly dueAt: Date };

/** Also puts one off that is there: whoever is about to carry it out holds the row, and we wait. */
export const planDisposal = (queries: Queries, { keyId, organisationId, dueAt }: HsmDisposalRow): Promise<number> =>
  queries.execute(sql`insert into hsm_disposal (key_id, organisation_id, due_at)
    values (${keyId}, ${organisationId}, ${dueAt})
    on conflict (key_id) do update set due_at = excluded.due_at`);

/** False when it was carried out already. */
export const cancelDisposal = async (tx: Queries, keyId: string): Promise<boolean> =>
  (await tx.execute(sql`delete from hsm_disposal where key_id = ${keyId}`)) === 1;
