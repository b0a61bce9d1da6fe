import { timingSafeEqual } from 'node:crypto';
import { type Database, orConflict, type Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { CloisterError, type JoinRequest } from '@cloister/wire';
import type { IdentityConfig } from '../config.ts';
import { publishRealms } from '../directory/publish-realms.ts';
import type { RegisteredRealm } from '../domain/directory.ts';
import { hasKeys, type JoinedRealm, withKeys } from '../domain/joined-realm.ts';
import { checkStatement } from '../domain/realm-statement.ts';
import { lockJoined, saveJoined } from '../store/joined-realms.ts';
import { lockRealmInvitation, useRealmInvitation } from '../store/realm-invitations.ts';
import { sha256 } from '../store/sha256.ts';
import { mayJoin } from './may-join.ts';

/** What joining works with. */
export interface JoiningParts {
  readonly database: Database;
  readonly config: Pick<IdentityConfig, 'realms'>;
  /** The key servers of the configuration. */
  readonly realms: readonly RegisteredRealm[];
  /** Thumbprint of the feed key. */
  readonly feedKey: string;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Registers a key server by its code and the proofs of its keys, and tells every realm and the core. The same keys by the same
 * code again, after an answer that was lost, are the same registration; other keys need another code.
 * @throws CloisterError `identity/invalid-joining-code`, `identity/invalid-proof`, and as {@link mayJoin}
 */
export const joinRealm = async (parts: JoiningParts, request: JoinRequest): Promise<JoinedRealm> => {
  const { database, realms, log } = parts;
  const made = await orConflict(
    database.transaction(async (transaction) => {
      const joined = await register(transaction, parts, request);
      await publishRealms(transaction, realms);
      return joined;
    }),
  );
  // Two hosts of one organisation that join at the same moment.
  if (!made.ok) throw new CloisterError('identity/conflict');
  log.event('realm.joined', { kmsHost: request.kmsHost, organisationId: made.value.organisationId });
  return made.value;
};

const register = async (
  transaction: Queries,
  { config, feedKey, now }: JoiningParts,
  { kmsHost, secret, linkKey, receiptKey, tlsKey, proofs }: JoinRequest,
): Promise<JoinedRealm> => {
  const secretHash = sha256(secret);
  const invitation = await lockRealmInvitation(transaction, kmsHost);
  // Compared even when there is none, so that the answer's time says nothing of which hosts are expected.
  const isKnown = timingSafeEqual(secretHash, invitation?.secretHash ?? Buffer.alloc(secretHash.length));
  if (invitation === null || !isKnown || invitation.expiresAt <= now()) throw invalidCode();
  const keys = { linkKey, receiptKey, tlsKey };
  const code = secretHash.toString('base64url');
  const expected = { act: 'join', audience: feedKey, kmsHost, keys, code, now: now() } as const;
  const statedAt = checkStatement(proofs, [linkKey, receiptKey, tlsKey], expected);
  const standing = await lockJoined(transaction, kmsHost);
  if (invitation.usedAt !== null) {
    if (standing === null || !hasKeys(standing, keys)) throw invalidCode();
    return standing;
  }
  const { organisationId, vouched } = invitation;
  await mayJoin(transaction, config.realms, { kmsHost, organisationId, vouched });
  const fresh: JoinedRealm = {
    kmsHost,
    organisationId,
    vouched,
    ...keys,
    earlierReceiptKeys: [],
    joinedAt: now(),
    statedAt,
  };
  const isSameOwner = standing?.organisationId === organisationId;
  const joined = isSameOwner ? { ...withKeys(standing, keys), vouched, statedAt } : fresh;
  await saveJoined(transaction, joined);
  await useRealmInvitation(transaction, kmsHost, now());
  return joined;
};

const invalidCode = () => new CloisterError('identity/invalid-joining-code');
