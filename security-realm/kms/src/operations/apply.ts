import type { Queries } from '@cloister/database';
import { CloisterError, type KmsRequest } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import type { Outcome } from '../domain/outcome.ts';
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
] as const;

export const isChange = (asked: Asked): asked is Asked<Change> =>
  changes.some((operation) => operation === asked.request.operation);

const asks = <O extends KmsRequest['operation']>(asked: Asked, operation: O): asked is Asked<RequestOf<O>> =>
  asked.request.operation === operation;

/** Makes the change in the open transaction, or throws a `kms/…` refusal, which undoes it. */
export const apply = (context: KmsContext, tx: Queries, asked: Asked<Change>): Promise<Outcome> => {
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
  throw new CloisterError('kms/unsupported');
};
