import type { Database } from '@cloister/database';
import { CloisterError } from '@cloister/wire';

/** Any number; the same for every indexer of an organisation, whose database is its own. */
const LEAD = 0x696e_6478;

export interface LeadOptions {
  readonly database: Pick<Database, 'withClient'>;
  readonly stop: AbortSignal;
  /** Waits, or less when the signal says so. */
  readonly pause: (ms: number, stop: AbortSignal) => Promise<void>;
  /** Another one works: this one stands by. */
  readonly standsBy: () => void;
}

/** How often a standby asks. */
const ASK_MS = 2000;

/**
 * Works only while no other process does so on this database: counters have one writer. The lead ends with the connection
 * that took it, wherever that breaks; then the work is told to stop.
 * @throws what the work throws; CloisterError `platform/database` when the lead was lost
 */
export const whileLeading = async (
  { database, stop, pause, standsBy }: LeadOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const faults: unknown[] = [];
  await database.withClient(async (client) => {
    const ask = async (text: string) => (await client.query<{ yes: boolean }>(text)).rows[0]?.yes === true;
    for (let isTold = false; !(await ask(`select pg_try_advisory_lock(${LEAD}) as yes`)); isTold = true) {
      if (!isTold) standsBy();
      await pause(ASK_MS, stop);
      if (stop.aborted) return;
    }
    const lost = new AbortController();
    const lose = () => lost.abort();
    client.on('error', lose);
    client.on('end', lose);
    await work(AbortSignal.any([stop, lost.signal])).catch((fault) => faults.push(fault));
    client.off('error', lose);
    client.off('end', lose);
    if (!lost.signal.aborted) await client.query(`select pg_advisory_unlock(${LEAD})`);
    else if (!stop.aborted) faults.push(new CloisterError('platform/database'));
  });
  if (faults.length > 0) throw faults[0];
};
