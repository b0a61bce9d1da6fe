import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { CloisterError, type KmsHost } from '@cloister/wire';
import { withdrawJoined } from '../directory/publish-realms.ts';
import { endJoined } from '../store/joined-realms.ts';
import { deleteRealmInvitation } from '../store/realm-invitations.ts';

/**
 * Ends a key server's registration and tells every realm and the core, which closes its link. What it holds stays its own.
 * @throws CloisterError `identity/not-found` when it never joined
 */
export const withdrawRealm = async (
  parts: {
    readonly database: Database;
    readonly log: Log;
    readonly now: () => Date;
  },
  kmsHost: KmsHost,
): Promise<void> => {
  const { database, log, now } = parts;
  await database.transaction(async (transaction) => {
    await deleteRealmInvitation(transaction, kmsHost);
    if (!(await endJoined(transaction, kmsHost, now()))) throw new CloisterError('identity/not-found');
    await withdrawJoined(transaction, kmsHost);
  });
  log.event('realm.withdrawn', { kmsHost });
};
