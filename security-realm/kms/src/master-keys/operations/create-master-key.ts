import type { Queries } from '@cloister/database';
import { CloisterError, kmsReply } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { Asked, RequestOf } from '../../domain/asked.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { representCustomerMasterKey } from '../domain/represent.ts';
import { cancelDisposal } from '../store/hsm-disposal-row.ts';
import { transition } from '../store/transition.ts';
import type { Prepared } from './prepare.ts';
import { show } from './show.ts';

/** `create /cmk`, `create /awsKmsCmk` (docs/wires.md §12): takes up what waits in the hsm or at Amazon. */
export const createMasterKey = async (
  context: KmsContext,
  tx: Queries,
  { request, caller }: Asked<RequestOf<'createMasterKey'>>,
  { taken, facts }: Prepared,
): Promise<Outcome> => {
  if (taken === null) throw new CloisterError('kms/internal');
  const { organisationId } = caller;
  const { keyId } = taken;
  let keys = await transition(context, tx, organisationId, taken, caller, request.version);
  // An import that took longer than anybody would wait was destroyed as an orphan.
  if (isInHsm(taken) && !(await cancelDisposal(tx, keyId))) throw new CloisterError('kms/unavailable');
  if (taken.type === 'reupload' && request.activate) {
    keys = await transition(context, tx, organisationId, { type: 'activate', keyId, denied: null }, caller);
  }
  const { shown, masterKeys } = await show(context, tx, keys, facts);
  const made = keys.keys.find((key) => key.keyId === keyId);
  if (made === undefined) throw new CloisterError('kms/internal');
  const response = kmsReply.masterKeyCreated(request.requestId, representCustomerMasterKey(shown, made));
  const named = { keys: [], resource: null, subjects: [], keyUris: [], masterKeyId: keyId };
  return { response: { ...response, cloister: { masterKeys } }, ...named };
};

const isInHsm = (taken: NonNullable<Prepared['taken']>): boolean =>
  taken.type === 'upload' || (taken.type === 'reupload' && taken.arn === null);
