import type { Database, Queries } from '@cloister/database';
import { CloisterError, type UserId } from '@cloister/wire';
import { requireOwn } from '../domain/require-own.ts';
import type { Role } from '../domain/roles.ts';
import { deleteOidcRowsOfPerson } from '../store/oidc-rows.ts';
import { findPerson, lockAdministrators, type Person, updatePerson } from '../store/people.ts';
import { revokeSessionsOf } from '../store/sessions.ts';
import { appendStatus } from '../store/status-log.ts';
import { withMember } from './invite.ts';
import { personStatement, statesTheSame } from './person-statement.ts';

/** What a full administrator changes about a person. */
export interface PersonChange {
  readonly by: Person;
  readonly id: UserId;
  readonly change: { readonly active?: boolean | undefined; readonly roles?: readonly Role[] | undefined };
}

/**
 * Changes a person of the administrator's organisation. Somebody who may no longer sign in is signed out everywhere at the
 * same moment, and the realms are told who did it.
 * @throws CloisterError `identity/not-found` for people of other organisations, `identity/conflict` for the last administrator
 */
export const changePerson = (
  { database, now }: { readonly database: Database; readonly now: () => Date },
  { by, id, change }: PersonChange,
): Promise<void> =>
  database.transaction(async (transaction) => {
    const administrators = await lockAdministrators(transaction, by.organisationId);
    const person = requireOwn(await findPerson(transaction, id), by);
    const roles = change.roles === undefined ? undefined : withMember(change.roles);
    const stays = (change.active ?? person.active) && (roles ?? person.roles).includes('full-admin');
    if (!stays && administrators.length === 1 && administrators[0] === id) {
      throw new CloisterError('identity/conflict', { detail: 'an organisation needs one full administrator' });
    }
    const next = { ...person, active: change.active ?? person.active, roles: roles ?? person.roles };
    await updatePerson(transaction, id, next);
    if (!statesTheSame(person, next)) await appendStatus(transaction, personStatement(next, by.id));
    if (person.active && !next.active) await signOutEverywhere(transaction, id, now());
  });

const signOutEverywhere = async (transaction: Queries, id: UserId, at: Date): Promise<void> => {
  await revokeSessionsOf(transaction, id, at);
  await deleteOidcRowsOfPerson(transaction, id);
};
