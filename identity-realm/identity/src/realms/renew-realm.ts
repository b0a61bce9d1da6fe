import { CloisterError, type KmsHost, type RenewRequest } from '@cloister/wire';
import { publishRealms } from '../directory/publish-realms.ts';
import { hasKeys, type JoinedRealm, withKeys } from '../domain/joined-realm.ts';
import { checkStatement } from '../domain/realm-statement.ts';
import { lockJoined, saveJoined } from '../store/joined-realms.ts';
import type { JoiningParts } from './join-realm.ts';

/**
 * Replaces keys of a key server that joined, by the word of the link key that stands and a proof of each new one, and tells
 * every realm and the core. The same keys again change nothing, so that a realm whose answer was lost asks again.
 * @throws CloisterError `identity/not-found`, `identity/invalid-proof` also for a statement older than the newest
 */
export const renewRealm = (
  { database, realms, feedKey, log, now }: JoiningParts,
  kmsHost: KmsHost,
  { linkKey, receiptKey, tlsKey, proofs }: RenewRequest,
): Promise<JoinedRealm> =>
  database.transaction(async (transaction) => {
    const standing = await lockJoined(transaction, kmsHost);
    if (standing === null) throw new CloisterError('identity/not-found');
    const keys = { linkKey, receiptKey, tlsKey };
    const signers = [
      standing.linkKey,
      ...(linkKey.x === standing.linkKey.x ? [] : [linkKey]),
      ...(receiptKey.x === standing.receiptKey.x ? [] : [receiptKey]),
      ...(tlsKey.x === standing.tlsKey.x ? [] : [tlsKey]),
    ];
    const expected = { act: 'renew', audience: feedKey, kmsHost, keys, now: now() } as const;
    const statedAt = checkStatement(proofs, signers, expected);
    if (hasKeys(standing, keys)) return standing;
    // What was stated before the newest statement is a replay of it, or was overtaken.
    if (statedAt < standing.statedAt) throw new CloisterError('identity/invalid-proof');
    const renewed = { ...withKeys(standing, keys), statedAt };
    await saveJoined(transaction, renewed);
    await publishRealms(transaction, realms);
    log.event('realm.renewed', { kmsHost, organisationId: renewed.organisationId });
    return renewed;
  });
