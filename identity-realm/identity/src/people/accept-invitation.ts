import type { Database } from '@cloister/database';
import { newId, type UserId } from '@cloister/wire';
import { hashPassword, type PasswordCost, passwordFault } from '../domain/password.ts';
import { takeInvitation } from '../store/invitations.ts';
import { insertPerson } from '../store/people.ts';
import { appendStatus } from '../store/status-log.ts';
import { personStatement } from './person-statement.ts';

/** What came of choosing a first password. */
export type Acceptance = 'accepted' | 'gone' | 'taken' | 'short' | 'long' | 'different';

/** Makes the invited person with the password they chose, and tells the realms who invited them. The link works once. */
export const acceptInvitation = async (
  parts: { readonly database: Database; readonly passwordCost: PasswordCost; readonly now: () => Date },
  { capability, password, repeat }: { readonly capability: string; readonly password: string; readonly repeat: string },
): Promise<Acceptance> => {
  const { database, passwordCost, now } = parts;
  if (password !== repeat) return 'different';
  const fault = passwordFault(password);
  if (fault !== undefined) return fault;
  const hashed = await hashPassword(password, passwordCost);
  return database.transaction(async (transaction) => {
    const invitation = await takeInvitation(transaction, capability, now());
    if (invitation === null) return 'gone';
    const { organisationId, name, email, emailKey, roles, invitedBy } = invitation;
    const id = newId<UserId>();
    const person = { id, organisationId, name, email, emailKey, roles, password: hashed, at: now() };
    if (!(await insertPerson(transaction, person))) return 'taken';
    await appendStatus(transaction, personStatement({ id, organisationId, active: true, roles }, invitedBy));
    return 'accepted';
  });
};
