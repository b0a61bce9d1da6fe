import type { Database } from '@cloister/database';
import { type CaseId, CloisterError } from '@cloister/wire';
import { lockCase, saveClosing } from '../store/cases.ts';
import type { Person } from '../store/people.ts';
import { appendStatus } from '../store/status-log.ts';
import { caseStatement } from './case-statement.ts';

/**
 * Ends a case; any full administrator may. Ending it twice is one statement.
 * @throws CloisterError `identity/not-found` for cases of other organisations
 */
export const closeCase = (
  { database, now }: { readonly database: Database; readonly now: () => Date },
  { by, id }: { readonly by: Person; readonly id: CaseId },
): Promise<void> =>
  database.transaction(async (transaction) => {
    const known = await lockCase(transaction, id);
    if (known?.organisationId !== by.organisationId) throw new CloisterError('identity/not-found');
    if (known.closedAt !== null) return;
    const at = now();
    await saveClosing(transaction, id, { by: by.id, at });
    await appendStatus(transaction, caseStatement({ ...known, closedBy: by.id, closedAt: at }));
  });
