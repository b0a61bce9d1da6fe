import { type Queries, sql } from '@cloister/database';
import { sha256 } from './sha256.ts';

/** Uses a proof's id up; `false` when it was used before (RFC 9449 §11.1). */
export const useProof = async (queries: Queries, id: string, expiresAt: Date): Promise<boolean> =>
  (await queries.execute(
    sql`INSERT INTO used_proofs (id_hash, expires_at) VALUES (${sha256(id)}, ${expiresAt}) ON CONFLICT DO NOTHING`,
  )) > 0;
