import type { Queries } from '@cloister/database';
import { idOf, kmsReply } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { Asked, RequestOf } from '../../domain/asked.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { eventOfRequest } from '../domain/event-of-request.ts';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import { type MasterKey, type OrganisationKeys, sourceNamed, visible } from '../domain/organisation-keys.ts';
import { representCustomerMasterKey } from '../domain/represent.ts';
import { lockOrganisationKeys } from '../store/organisation-keys-row.ts';
import { transition } from '../store/transition.ts';
import type { Prepared } from './prepare.ts';
import { show } from './show.ts';

type Change = RequestOf<'updateMasterKey' | 'useDefaultMasterKey' | 'deleteMasterKeys'>;

/** `update <cmk>`, `update default`, `delete /cmk`, `delete /awsKmsCmk` (docs/wires.md §12): one transition each. */
export const changeMasterKeys = async (
  context: KmsContext,
  tx: Queries,
  { request, caller }: Asked<Change>,
  { facts, denied }: Prepared,
): Promise<Outcome> => {
  const { organisationId } = caller;
  const before = await lockOrganisationKeys(tx, organisationId);
  const event = eventOf(before, request, denied);
  const after = await transition(context, tx, organisationId, event, caller, request.version);
  const { shown, masterKeys } = await show(context, tx, after, facts);
  const all = changedFirst(before, after, request).map((key) => representCustomerMasterKey(shown, key));
  const response = { ...kmsReply.masterKeys(request.requestId, all), cloister: { masterKeys } };
  return { response, keys: [], resource: null, subjects: [], keyUris: [], masterKeyId: namedBy(request) };
};

const eventOf = (before: OrganisationKeys, request: Change, denied: Prepared['denied']): MasterKeyEvent => {
  if (request.operation === 'useDefaultMasterKey') return { type: 'byokDisable' };
  if (request.operation === 'updateMasterKey') {
    return eventOfRequest(before, idOf(request.masterKeyUri), request.state, denied);
  }
  return { type: 'deleteAll', source: sourceNamed(request.source) };
};

const namedBy = (request: Change): string | undefined => {
  if (request.operation === 'updateMasterKey') return idOf(request.masterKeyUri);
  return request.operation === 'useDefaultMasterKey' ? 'default' : undefined;
};

/** "put the changed key first" (kms.md §1.6): the one that was named, then what changed with it, then what is there. */
const changedFirst = (before: OrganisationKeys, after: OrganisationKeys, request: Change): MasterKey[] => {
  const stateBefore = new Map(before.keys.map(({ keyId, state }) => [keyId, state]));
  const named = after.keys.filter(({ keyId }) => keyId === namedBy(request));
  const changed = after.keys.filter(({ keyId, state }) => stateBefore.get(keyId) !== state);
  return [...new Set([...named, ...changed, ...visible(after)])];
};
