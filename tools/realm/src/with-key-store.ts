import { KeptPostgres, Supervisor } from '@cloister/evaluation';
import type { RealmLayout } from './layout.ts';
import { runningIn, takeLock } from './lock.ts';
import { serverSpecs } from './programs.ts';
import { openPostgres } from './realm-database.ts';
import type { RealmSettings } from './settings.ts';

/** Does something that needs the realm's database and hsm: those that run, or ones that run for so long. */
export const withKeyStore = async <T>(
  layout: RealmLayout,
  { database }: Pick<RealmSettings, 'database'>,
  work: () => Promise<T>,
): Promise<T> => {
  if (runningIn(layout) !== undefined) return work();
  const release = takeLock(layout);
  const postgres = database.kind === 'embedded' ? new KeptPostgres(openPostgres(layout), {}) : undefined;
  const supervisor = new Supervisor(serverSpecs(layout));
  try {
    await postgres?.start();
    await supervisor.start(['hsm']);
    return await work();
  } finally {
    await supervisor.stop();
    await postgres?.stop();
    release();
  }
};
