import type { Queries } from '@cloister/database';
import { CloisterError, type CompactJws, idOf } from '@cloister/wire';
import type { Caller } from '../channel/authenticate.ts';
import type { KmsContext } from '../context.ts';
import { authorizationById } from '../store/authorization-row.ts';

/** The anonymous authorization that a request rests on. */
export type Presented = { readonly authorizationId: string; readonly resourceId: string };

/**
 * The authorization whose bearer a request brings, while it is there and holds; null when it brings none. It names nobody,
 * but who presents it is signed in as always: every release has a name in the audit. People use it, for themselves.
 * @throws CloisterError `kms/not-authorized`
 */
export const presented = async (
  { bearers, now }: Pick<KmsContext, 'bearers' | 'now'>,
  queries: Queries,
  { purpose, personId }: Caller,
  { bearer, onBehalfOf }: { readonly bearer?: CompactJws | undefined; readonly onBehalfOf?: string | undefined },
): Promise<Presented | null> => {
  if (bearer === undefined) return null;
  if (purpose !== null || (onBehalfOf !== undefined && onBehalfOf !== personId))
    throw refuse('it is for people, and theirs');
  const { authorizationUri, resourceUri } = await bearers.verify(bearer, now());
  const row = await authorizationById(queries, idOf(authorizationUri), now());
  if (row?.subjectKind !== 'anonymous' || row.resourceId !== idOf(resourceUri)) throw refuse('it was removed');
  return { authorizationId: row.authorizationId, resourceId: row.resourceId };
};

const refuse = (detail: string) => new CloisterError('kms/not-authorized', { detail });
