import type { Queries } from '@cloister/database';
import { CloisterError, type KmsRequest, kmsReply } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { Asked, RequestOf } from '../../domain/asked.ts';
import { checkAdministrator } from '../../domain/check-administrator.ts';
import type { Outcome } from '../../domain/outcome.ts';
import {
  lockOutsidePolicy,
  type OutsidePolicyRow,
  pauseOrganisation,
  resumeOrganisation,
  saveOutsidePolicy,
} from '../store/outside-row.ts';
import { showOutside } from './show-outside.ts';

/** The changes of what an organisation decided about others. */
export const outsideChanges = [
  'setOutsidePolicy',
  'pauseOrganisation',
] as const satisfies readonly KmsRequest['operation'][];

/** `update /outside` and `update /outside/<organisationId>` (wires.md §13). What changes nothing leaves the version as it is. */
export const changeOutside = async (
  context: KmsContext,
  tx: Queries,
  { request, caller }: Asked<RequestOf<(typeof outsideChanges)[number]>>,
): Promise<Outcome> => {
  checkAdministrator(context, caller);
  const { organisationId: ownId } = caller;
  const before = await lockOutsidePolicy(tx, ownId);
  const after =
    request.operation === 'setOutsidePolicy'
      ? decided(before, request)
      : { ...before, version: before.version + ((await setPaused(context, tx, caller, request)) ? 1 : 0) };
  if (after.version !== before.version) await saveOutsidePolicy(tx, ownId, after);
  const outside = await showOutside(context, tx, ownId);
  const response = { ...kmsReply.done(request.requestId), cloister: { outside } };
  return { response, keys: [], resource: null, subjects: [], keyUris: [] };
};

const decided = (before: OutsidePolicyRow, { policy, version }: RequestOf<'setOutsidePolicy'>): OutsidePolicyRow => {
  if (version !== undefined && version !== before.version) throw new CloisterError('kms/version-mismatch');
  const { mode, domains } = policy;
  const isSame = mode === before.mode && JSON.stringify(domains) === JSON.stringify(before.domains);
  return isSame ? before : { version: before.version + 1, mode, domains };
};

/** Whether anything changed. Pausing asks for an organisation that identity knows. */
const setPaused = async (
  { status, organisations, kmsHost, databaseNow }: KmsContext,
  tx: Queries,
  { personId: by, organisationId: ownId }: Asked['caller'],
  { organisationId, paused }: RequestOf<'pauseOrganisation'>,
): Promise<boolean> => {
  if (!paused) return resumeOrganisation(tx, ownId, organisationId);
  if (organisationId === ownId)
    throw new CloisterError('kms/invalid-request', { detail: 'it is the own organisation' });
  const host = organisations.includes(organisationId) ? kmsHost : status.realmOf(organisationId);
  if (host === null && status.organisation(organisationId) === null) {
    throw new CloisterError('kms/not-found', { detail: 'an organisation' });
  }
  return pauseOrganisation(tx, ownId, { organisationId, kmsHost: host, at: await databaseNow(tx), by });
};
