import type { Queries } from '@cloister/database';
import type { KmsHost } from '@cloister/wire';
import { directoryChanges, isProven, type ListedRealm, type RegisteredRealm } from '../domain/directory.ts';
import { listDomains } from '../store/domains.ts';
import { listJoined } from '../store/joined-realms.ts';
import { appendStatus, listRealms, lockStatus } from '../store/status-log.ts';

/**
 * States which of the registered key servers are in the directory, where that has changed (wires.md §13). The head of the
 * feed is locked first, so that of several processes each one decides by what the others have stated.
 */
export const publishRealms = async (transaction: Queries, configured: readonly RegisteredRealm[]): Promise<void> => {
  await lockStatus(transaction);
  const realms = [...configured, ...(await joinedRealms(transaction))];
  const domains = await listDomains(
    transaction,
    realms.flatMap(({ organisationIds }) => organisationIds),
  );
  const wanted = realms.map((realm) => ({ ...realm, active: isProven(realm, domains) }));
  await state(transaction, wanted);
};

/** Withdraws the key servers that are registered no more: for a start, since only then is the configuration read anew. */
export const withdrawOthers = async (transaction: Queries, configured: readonly RegisteredRealm[]): Promise<void> => {
  await lockStatus(transaction);
  const realms = [...configured, ...(await joinedRealms(transaction))];
  const registered = new Set(realms.map(({ kmsHost }) => kmsHost));
  const others = (await listRealms(transaction)).filter(({ kmsHost }) => !registered.has(kmsHost));
  await state(
    transaction,
    others.map((realm) => ({ ...realm, active: false })),
  );
};

/** Withdraws one that joined. */
export const withdrawJoined = async (transaction: Queries, kmsHost: KmsHost): Promise<void> => {
  await lockStatus(transaction);
  const listed = (await listRealms(transaction)).filter((realm) => realm.kmsHost === kmsHost);
  await state(
    transaction,
    listed.map((realm) => ({ ...realm, active: false })),
  );
};

const joinedRealms = async (transaction: Queries): Promise<readonly RegisteredRealm[]> =>
  (await listJoined(transaction)).map(({ organisationId, ...realm }) => ({
    ...realm,
    organisationIds: [organisationId],
  }));

const state = async (transaction: Queries, wanted: readonly ListedRealm[]): Promise<void> => {
  for (const realm of directoryChanges(await listRealms(transaction), wanted)) {
    const { kmsHost, organisationIds, active, linkKey, receiptKey, earlierReceiptKeys: earlier = [] } = realm;
    await appendStatus(transaction, {
      kind: 'realm',
      kmsHost,
      organisationIds: [...organisationIds],
      active,
      // Of one that is withdrawn nobody needs a key.
      ...(linkKey === undefined || !active ? {} : { linkKey }),
      ...(receiptKey === undefined || !active ? {} : { receiptKey }),
      ...(earlier.length === 0 || !active ? {} : { earlierReceiptKeys: [...earlier] }),
    });
  }
};
