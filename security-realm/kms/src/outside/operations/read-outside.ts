import { type KmsResponse, kmsReply } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { Asked, RequestOf } from '../../domain/asked.ts';
import { checkAdministrator } from '../../domain/check-administrator.ts';
import { showOutside } from './show-outside.ts';

/** `retrieve /outside` (wires.md §13), for full administrators of the organisation. */
export const readOutside = async (
  context: KmsContext,
  { request, caller }: Asked<RequestOf<'retrieveOutside'>>,
): Promise<KmsResponse> => {
  checkAdministrator(context, caller);
  const outside = await showOutside(context, context.database, caller.organisationId);
  return { ...kmsReply.done(request.requestId), cloister: { outside } };
};
