import { type Queries, sql } from '@cloister/database';

/** The database's clock, the same for all nodes. */
export const clockOf = async (queries: Queries): Promise<Date> =>
  (await queries.one(sql<{ now: Date }>`select clock_timestamp() as now`)).now;
