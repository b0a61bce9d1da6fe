import type { Queries } from '@cloister/database';
import { CloisterError, type MachineId, newId, type OrganisationId, type Purpose, type UserId } from '@cloister/wire';
import { calculateJwkThumbprint } from 'jose';
import type { MachineKey } from '../domain/machine-key.ts';
import { insertMachine } from '../store/machines.ts';
import { appendStatus } from '../store/status-log.ts';

/** A machine account to be made: whose, what for, by which key it is known. */
export interface MachineRequest {
  readonly organisationId: OrganisationId;
  readonly purpose: Purpose;
  readonly publicKey: MachineKey;
  /** The administrator, or null for provisioning. */
  readonly by: UserId | null;
  readonly at: Date;
}

/**
 * Makes a machine account and tells the realms (R341). Its key opens nothing while the function is off.
 * @throws CloisterError `identity/conflict` when the organisation has an account with this key
 */
export const addMachine = async (transaction: Queries, request: MachineRequest): Promise<MachineId> => {
  const { organisationId, purpose, publicKey, by } = request;
  const id = newId<MachineId>();
  const thumbprint = await calculateJwkThumbprint(publicKey);
  if (!(await insertMachine(transaction, { ...request, id, thumbprint }))) throw new CloisterError('identity/conflict');
  await appendStatus(transaction, {
    kind: 'machine',
    id,
    organisationId,
    purpose,
    active: true,
    ...(by === null ? {} : { by: { kind: 'person', id: by } }),
  });
  return id;
};
