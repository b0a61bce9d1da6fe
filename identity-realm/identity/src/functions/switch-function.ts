import type { Database } from '@cloister/database';
import type { Purpose } from '@cloister/wire';
import { saveFunction } from '../store/functions.ts';
import type { Person } from '../store/people.ts';
import { appendStatus } from '../store/status-log.ts';

/** Switches a function of the administrator's organisation on or off and tells the realms who did it (R342). */
export const switchFunction = (
  { database, now }: { readonly database: Database; readonly now: () => Date },
  { by, purpose, enabled }: { readonly by: Person; readonly purpose: Purpose; readonly enabled: boolean },
): Promise<void> =>
  database.transaction(async (transaction) => {
    const { organisationId } = by;
    const switched = { organisationId, purpose, enabled, changedAt: now(), changedBy: by.id };
    if (!(await saveFunction(transaction, switched))) return;
    const statement = {
      kind: 'function',
      organisationId,
      purpose,
      enabled,
      by: { kind: 'person', id: by.id },
    } as const;
    await appendStatus(transaction, statement);
  });
