import type { Queries } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { type Asked, asks, type RequestOf } from '../domain/asked.ts';
import type { Outcome } from '../domain/outcome.ts';
import { changeMasterKeys } from '../master-keys/operations/change-master-keys.ts';
import { createMasterKey } from '../master-keys/operations/create-master-key.ts';
import { masterKeyChanges, type Prepared } from '../master-keys/operations/prepare.ts';
import { changeOutside, outsideChanges } from '../outside/operations/change-outside.ts';
import { createKek, updateKek } from './administer-keks.ts';
import { appointModerators } from './appoint-moderators.ts';
import { bindKey } from './bind-key.ts';
import { createAuthorizations } from './create-authorizations.ts';
import { createKeys } from './create-keys.ts';
import { createResource } from './create-resource.ts';
import { dismissModerator } from './dismiss-moderator.ts';
import { removeAuthorization } from './remove-authorization.ts';
import { removeAuthorizations } from './remove-authorizations.ts';

/** The operations that change something, and are therefore done once however often they are asked for. */
export type Change = RequestOf<(typeof changes)[number]>;

const changes = [
  'createKeys',
  'createResource',
  'bindKey',
  'createAuthorizations',
  'deleteAuthorization',
  'appointModerators',
  'dismissModerator',
  'deleteAuthorizations',
  'createKek',
  'updateKek',
  ...masterKeyChanges,
  ...outsideChanges,
] as const;

export const isChange = (asked: Asked): asked is Asked<Change> =>
  changes.some((operation) => operation === asked.request.operation);

/**
 * Makes the change in the open transaction, or throws a `kms/…` refusal, which undoes it. For main keys something was
 * prepared before; when it was not, somebody else just asked for the same, and whoever repeats it gets their result.
 */
export const apply = (
  context: KmsContext,
  tx: Queries,
  asked: Asked<Change>,
  prepared: Prepared | null,
): Promise<Outcome> => {
  if (asks(asked, 'createKeys')) return createKeys(context, tx, asked);
  if (asks(asked, 'createResource')) return createResource(context, tx, asked);
  if (asks(asked, 'bindKey')) return bindKey(context, tx, asked);
  if (asks(asked, 'createAuthorizations')) return createAuthorizations(context, tx, asked);
  if (asks(asked, 'deleteAuthorization')) return removeAuthorization(context, tx, asked);
  if (asks(asked, 'appointModerators')) return appointModerators(context, tx, asked);
  if (asks(asked, 'dismissModerator')) return dismissModerator(context, tx, asked);
  if (asks(asked, 'deleteAuthorizations')) return removeAuthorizations(context, tx, asked);
  if (asks(asked, 'createKek')) return createKek(context, tx, asked);
  if (asks(asked, 'updateKek')) return updateKek(context, tx, asked);
  if (asks(asked, 'setOutsidePolicy')) return changeOutside(context, tx, asked);
  if (asks(asked, 'pauseOrganisation')) return changeOutside(context, tx, asked);
  if (prepared === null) throw new CloisterError('kms/unavailable');
  if (asks(asked, 'createMasterKey')) return createMasterKey(context, tx, asked, prepared);
  if (asks(asked, 'updateMasterKey')) return changeMasterKeys(context, tx, asked, prepared);
  if (asks(asked, 'useDefaultMasterKey')) return changeMasterKeys(context, tx, asked, prepared);
  if (asks(asked, 'deleteMasterKeys')) return changeMasterKeys(context, tx, asked, prepared);
  throw new CloisterError('kms/unsupported');
};
