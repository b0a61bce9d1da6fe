import type { Database } from '@cloister/database';
import { type CaseId, CloisterError } from '@cloister/wire';
import { caseState, mayApprove } from '../domain/case.ts';
import { requireOwn } from '../domain/require-own.ts';
import { lockCase, saveApproval } from '../store/cases.ts';
import type { Person } from '../store/people.ts';
import { appendStatus } from '../store/status-log.ts';
import { caseStatement } from './case-statement.ts';

/**
 * Approves a case as the second administrator: from now on its officer may act for its custodians. Approving it twice is one
 * statement.
 * @throws CloisterError `identity/not-found`, `identity/forbidden` for who opened it, its officer and its custodians,
 *   `identity/conflict` when it has ended
 */
export const approveCase = (
  { database, now }: { readonly database: Database; readonly now: () => Date },
  { by, id }: { readonly by: Person; readonly id: CaseId },
): Promise<void> =>
  database.transaction(async (transaction) => {
    const known = requireOwn(await lockCase(transaction, id), by);
    if (!mayApprove(known, by.id)) {
      throw new CloisterError('identity/forbidden', { detail: 'a case needs a second administrator who is not in it' });
    }
    const at = now();
    const state = caseState(known, at);
    if (state === 'open') return;
    if (state !== 'awaiting-approval') throw new CloisterError('identity/conflict', { detail: 'the case has ended' });
    await saveApproval(transaction, id, { by: by.id, at });
    await appendStatus(transaction, caseStatement({ ...known, approvedBy: by.id, approvedAt: at }));
  });
