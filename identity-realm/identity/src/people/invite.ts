import { domainToASCII } from 'node:url';
import type { Database } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import { emailKey } from '../domain/email.ts';
import type { Role } from '../domain/roles.ts';
import { saveInvitation } from '../store/invitations.ts';
import { findByDomain } from '../store/organisations.ts';
import { findByEmail, type Person } from '../store/people.ts';

const lifetimeMs = 7 * 24 * 60 * 60 * 1000;

/** Whom a full administrator invites, and the secret of the link. */
export interface Invite {
  readonly by: Person;
  readonly name: string;
  readonly email: string;
  readonly roles?: readonly Role[] | undefined;
  readonly capability: string;
}

/**
 * Opens an invitation into the inviter's organisation. Nobody exists until the invited person chooses a password.
 * @throws CloisterError `identity/conflict` when the address is taken, `identity/forbidden` when its domain is another organisation's
 */
export const invite = async (
  { database, now }: { readonly database: Database; readonly now: () => Date },
  { by, name, email, roles = [], capability }: Invite,
): Promise<{ readonly expiresAt: Date }> => {
  const key = emailKey(email);
  if (key === undefined) throw new CloisterError('identity/invalid-request', { detail: 'member email' });
  const owner = await findByDomain(database, domainToASCII(key.slice(key.indexOf('@') + 1)));
  if (owner !== null && owner.id !== by.organisationId) {
    throw new CloisterError('identity/forbidden', {
      detail: 'the domain of this address belongs to another organisation',
    });
  }
  if ((await findByEmail(database, key)) !== null) throw new CloisterError('identity/conflict');
  const at = now();
  const expiresAt = new Date(at.getTime() + lifetimeMs);
  const invitation = {
    organisationId: by.organisationId,
    name: name.normalize('NFC'),
    email: email.trim(),
    emailKey: key,
    roles: withMember(roles),
    invitedBy: by.id,
  };
  if (!(await saveInvitation(database, capability, invitation, { now: at, expiresAt }))) {
    throw new CloisterError('identity/conflict');
  }
  return { expiresAt };
};

/** Everyone is a member; the rest is as asked, once. */
export const withMember = (roles: readonly Role[]): readonly Role[] => [...new Set<Role>(['member', ...roles])];
