import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { CloisterError, type DomainName, formatJoiningCode, type KmsHost, type OrganisationId } from '@cloister/wire';
import type { IdentityConfig } from '../config.ts';
import { findByDomain } from '../store/organisations.ts';
import { saveRealmInvitation } from '../store/realm-invitations.ts';
import { sha256 } from '../store/sha256.ts';
import { mayJoin } from './may-join.ts';

const lifeMs = 24 * 60 * 60 * 1000;

/** What an invitation is made with. */
export interface InvitationParts {
  readonly database: Database;
  readonly config: Pick<IdentityConfig, 'realms' | 'joining'>;
  /** Thumbprint of the feed key. */
  readonly feedKey: string;
  readonly log: Log;
  readonly now: () => Date;
}

/** Whom the operator invites. */
export interface Invited {
  /** A proven domain of the organisation. */
  readonly domain: DomainName;
  readonly kmsHost: KmsHost;
  readonly vouched: boolean;
  /** 128 random bits in base64url. */
  readonly secret: string;
}

/**
 * A code for whoever sets the organisation's key server up: good once, for a day. The code of an earlier one for the same host dies.
 * @throws CloisterError `config/invalid` without `joining`, `identity/not-found`, and as {@link mayJoin}
 */
export const inviteRealm = async (
  { database, config, feedKey, log, now }: InvitationParts,
  { domain, kmsHost, vouched, secret }: Invited,
): Promise<{ readonly code: string; readonly organisationId: OrganisationId; readonly expiresAt: Date }> => {
  const { joining } = config;
  if (joining === undefined) {
    throw new CloisterError('config/invalid', {
      detail: 'the configuration has no "joining": nobody knows where to join',
    });
  }
  const expiresAt = new Date(now().getTime() + lifeMs);
  const { id: organisationId } = await database.transaction(async (transaction) => {
    const organisation = await findByDomain(transaction, domain);
    if (organisation === null) throw new CloisterError('identity/not-found');
    const candidate = { kmsHost, organisationId: organisation.id, vouched };
    await mayJoin(transaction, config.realms, candidate);
    await saveRealmInvitation(transaction, { ...candidate, secretHash: sha256(secret), expiresAt });
    return organisation;
  });
  log.event('realm.invited', { kmsHost, organisationId });
  const code = formatJoiningCode({ identity: joining.identity, feedKey, kmsHost, organisationId, secret });
  return { code, organisationId, expiresAt };
};
