import type { Database } from '@cloister/database';
import { MASTER_KEYS_CHANNEL } from '../store/transition.ts';

export type LookingParts = {
  readonly database: Pick<Database, 'listen'>;
  readonly look: () => Promise<void>;
  readonly lookMs: number;
};

/**
 * Looks at the epochs every few seconds and at each notification, for as long as the server runs. Resolves once it has
 * looked; a notification that is lost costs no more than the next look.
 */
export const keepLooking = async ({ database, look, lookMs }: LookingParts): Promise<() => Promise<void>> => {
  const listener = await database.listen(MASTER_KEYS_CHANNEL, () => void look());
  const timer = setInterval(look, lookMs);
  await look();
  return async () => {
    clearInterval(timer);
    await listener.stop();
  };
};
