import type { Queries } from '@cloister/database';
import { directoryChanges, isProven, type ListedRealm, type RegisteredRealm } from '../domain/directory.ts';
import { listDomains } from '../store/domains.ts';
import { appendStatus, listRealms, lockStatus } from '../store/status-log.ts';

/**
 * States which of the registered key servers are in the directory, where that has changed (wires.md §13). The head of the
 * feed is locked first, so that of several processes each one decides by what the others have stated.
 */
export const publishRealms = async (transaction: Queries, realms: readonly RegisteredRealm[]): Promise<void> => {
  await lockStatus(transaction);
  const domains = await listDomains(
    transaction,
    realms.flatMap(({ organisationIds }) => organisationIds),
  );
  const wanted = realms.map((realm) => ({ ...realm, active: isProven(realm, domains) }));
  await state(transaction, wanted);
};

/** Withdraws the key servers that are registered no more: for a start, since only then is the configuration read anew. */
export const withdrawOthers = async (transaction: Queries, realms: readonly RegisteredRealm[]): Promise<void> => {
  await lockStatus(transaction);
  const registered = new Set(realms.map(({ kmsHost }) => kmsHost));
  const others = (await listRealms(transaction)).filter(({ kmsHost }) => !registered.has(kmsHost));
  await state(
    transaction,
    others.map((realm) => ({ ...realm, active: false })),
  );
};

const state = async (transaction: Queries, wanted: readonly ListedRealm[]): Promise<void> => {
  for (const { kmsHost, organisationIds, active } of directoryChanges(await listRealms(transaction), wanted)) {
    await appendStatus(transaction, { kind: 'realm', kmsHost, organisationIds: [...organisationIds], active });
  }
};
