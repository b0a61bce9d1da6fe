import type { Database } from '@cloister/database';
import { type CaseId, CloisterError, newId, type UserId } from '@cloister/wire';
import { type Case, longestCaseMs } from '../domain/case.ts';
import { insertCase } from '../store/cases.ts';
import { findPeople, type Person } from '../store/people.ts';
import { appendStatus } from '../store/status-log.ts';
import { caseStatement } from './case-statement.ts';

/** What an administrator asks for. */
export interface CaseRequest {
  readonly by: Person;
  readonly reference: string;
  readonly officer: UserId;
  readonly custodians: readonly UserId[];
  readonly expiresAt: Date;
}

/**
 * Opens a case, which counts for nothing until a second administrator approves it (R097).
 * @throws CloisterError `identity/invalid-request` for people of other organisations, an officer who may not sign in or is a
 *   custodian, and a time that is past or more than 90 days ahead
 */
export const openCase = (
  { database, now }: { readonly database: Database; readonly now: () => Date },
  { by, reference, officer, custodians, expiresAt }: CaseRequest,
): Promise<CaseId> =>
  database.transaction(async (transaction) => {
    const { organisationId } = by;
    const openedAt = now();
    const life = expiresAt.getTime() - openedAt.getTime();
    if (!(life > 0 && life <= longestCaseMs)) throw refused('a case ends in the future and within 90 days');
    const named = new Set([officer, ...custodians]);
    if (named.size !== custodians.length + 1) throw refused('officer and custodians are different people');
    const people = await findPeople(transaction, [...named]);
    const ours = people.filter((person) => person.organisationId === organisationId);
    if (ours.length !== named.size) throw refused('officer and custodians are people of the organisation');
    if (!ours.some(({ id, active }) => id === officer && active)) throw refused('the officer may not sign in');
    const opened = { id: newId<CaseId>(), organisationId, reference, officer, custodians, expiresAt, openedBy: by.id };
    const none = { approvedBy: null, approvedAt: null, closedBy: null, closedAt: null };
    const made: Case = { ...opened, openedAt, ...none };
    await insertCase(transaction, made);
    await appendStatus(transaction, caseStatement(made));
    return made.id;
  });

const refused = (detail: string) => new CloisterError('identity/invalid-request', { detail });
