import type { Database } from '@cloister/database';
import type { MachineId } from '@cloister/wire';
import { requireOwn } from '../domain/require-own.ts';
import { endMachine, findMachine } from '../store/machines.ts';
import type { Person } from '../store/people.ts';
import { revokeMachineSession } from '../store/sessions.ts';
import { appendStatus } from '../store/status-log.ts';

/**
 * Ends a machine account for good, its tokens with it, and tells the realms. Ending it twice is one statement.
 * @throws CloisterError `identity/not-found` for machines of other organisations
 */
export const removeMachine = (
  { database, now }: { readonly database: Database; readonly now: () => Date },
  { by, id }: { readonly by: Person; readonly id: MachineId },
): Promise<void> =>
  database.transaction(async (transaction) => {
    const machine = requireOwn(await findMachine(transaction, id), by);
    if (!(await endMachine(transaction, id, { by: by.id, at: now() }))) return;
    const { organisationId, purpose } = machine;
    await appendStatus(transaction, {
      kind: 'machine',
      id,
      organisationId,
      purpose,
      active: false,
      by: { kind: 'person', id: by.id },
    });
    await revokeMachineSession(transaction, id, now());
  });
