import { type Queries, sql } from '@cloister/database';

/** Any number; the same on every node of a realm, whose database is its own. */
const LEADER_LOCK = 0x6d6b_7469;

/** False while another node leads; who leads does so until the transaction ends. */
export const takeLead = async (tx: Queries): Promise<boolean> => {
  const { leads } = await tx.one(sql<{ leads: boolean }>`select pg_try_advisory_xact_lock(${LEADER_LOCK}) as "leads"`);
  return leads;
};
