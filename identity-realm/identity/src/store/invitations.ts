import { type Queries, sql } from '@cloister/database';
import type { OrganisationId, UserId } from '@cloister/wire';
import type { Role } from '../domain/roles.ts';
import { sha256 } from './sha256.ts';

/** An open invitation: somebody who becomes a person by choosing a password. */
export interface Invitation {
  readonly organisationId: OrganisationId;
  readonly organisationName: string;
  readonly name: string;
  readonly email: string;
  readonly emailKey: string;
  readonly roles: readonly Role[];
  readonly invitedBy: UserId;
}

/**
 * Keeps an invitation. A newer one for the same address in the same organisation replaces the older, whose link dies;
 * `false` when another organisation's is open.
 */
export const saveInvitation = async (
  queries: Queries,
  capability: string,
  invitation: Omit<Invitation, 'organisationName'>,
  { now, expiresAt }: { readonly now: Date; readonly expiresAt: Date },
): Promise<boolean> => {
  const { organisationId, name, email, emailKey, roles, invitedBy } = invitation;
  const saved = await queries.execute(sql`
    INSERT INTO invitations (capability_hash, organisation_id, name, email, email_key, roles, invited_by, expires_at)
    VALUES (${sha256(capability)}, ${organisationId}, ${name}, ${email}, ${emailKey}, ${[...roles]}, ${invitedBy}, ${expiresAt})
    ON CONFLICT (email_key) DO UPDATE SET capability_hash = excluded.capability_hash,
      organisation_id = excluded.organisation_id, name = excluded.name, email = excluded.email, roles = excluded.roles,
      invited_by = excluded.invited_by, expires_at = excluded.expires_at
    WHERE invitations.organisation_id = excluded.organisation_id OR invitations.expires_at <= ${now}`);
  return saved > 0;
};

const columns = sql`i.organisation_id AS "organisationId", o.name AS "organisationName", i.name, i.email,
  i.email_key AS "emailKey", i.roles, i.invited_by AS "invitedBy"`;

// Who no longer administers invites nobody: a link kept back would otherwise outlast the right to make it.
const inviter = sql`inviter.id = i.invited_by AND inviter.active AND 'full-admin' = ANY (inviter.roles)`;

/** The open invitation of a link. */
export const findInvitation = (queries: Queries, capability: string, now: Date): Promise<Invitation | null> =>
  queries.maybe(sql<Invitation>`
    SELECT ${columns} FROM invitations i JOIN organisations o ON o.id = i.organisation_id JOIN people inviter ON ${inviter}
    WHERE i.capability_hash = ${sha256(capability)} AND i.expires_at > ${now}`);

/** Uses the link up: of two that try at once, one gets the invitation. */
export const takeInvitation = (transaction: Queries, capability: string, now: Date): Promise<Invitation | null> =>
  transaction.maybe(sql<Invitation>`
    DELETE FROM invitations i USING organisations o, people inviter
    WHERE o.id = i.organisation_id AND ${inviter} AND i.capability_hash = ${sha256(capability)} AND i.expires_at > ${now}
    RETURNING ${columns}`);
