import type { Database } from '@cloister/database';
import type { CaseId } from '@cloister/wire';
import { requireOwn } from '../domain/require-own.ts';
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
    const known = requireOwn(await lockCase(transaction, id), by);
    if (known.closedAt !== null) return;
    const at = now();
    await saveClosing(transaction, id, { by: by.id, at });
    await appendStatus(transaction, caseStatement({ ...known, closedBy: by.id, closedAt: at }));
  });
