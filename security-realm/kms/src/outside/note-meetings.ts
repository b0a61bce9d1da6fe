import type { Queries } from '@cloister/database';
import type { StatusView } from '@cloister/verify';
import type { OrganisationId } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { noteMet } from './store/outside-row.ts';

type Noting = Pick<KmsContext, 'organisations' | 'kmsHost'> & { readonly status: Pick<StatusView, 'realmOf'> };

/** These organisations share a resource: each one served here has met the others. */
export const noteMeetings = async (
  { organisations, status, kmsHost }: Noting,
  queries: Queries,
  sharing: Iterable<string>,
  at: Date,
): Promise<void> => {
  const all = [...new Set(sharing)];
  if (all.length < 2) return;
  const isOwn = (id: string) => organisations.includes(id);
  const hostOf = (id: string) => (isOwn(id) ? kmsHost : status.realmOf(id as OrganisationId));
  const met = all
    .filter(isOwn)
    .flatMap((ownId) =>
      all.filter((id) => id !== ownId).map((id) => ({ ownId, organisationId: id, kmsHost: hostOf(id) })),
    );
  if (met.length > 0) await noteMet(queries, met, at);
};
