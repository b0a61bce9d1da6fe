import type { DeclaredReaders, KmsHost, OrganisationId } from '@cloister/wire';
import { purposes } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';

type Organisations = DeclaredReaders['organisations'];
type Knowing = Pick<KmsContext, 'kmsHost' | 'organisations' | 'status' | 'readersElsewhere' | 'now'>;

/**
 * The organisations of the people on a list, what they are called, and which machines each lets read: of our own by
 * identity's word, of others by their key servers' (R344). One that has not said is named without functions.
 */
export const organisationsOfList = async (
  context: Knowing,
  listed: Iterable<OrganisationId>,
): Promise<Organisations> => {
  const { kmsHost, organisations, status } = context;
  const isOwn = (id: OrganisationId) => organisations.includes(id);
  const hosts = new Map<OrganisationId, KmsHost>();
  for (const id of listed) {
    const host = isOwn(id) ? kmsHost : status.realmOf(id);
    // Nowhere in the directory: nobody of it is served by any key server.
    if (host !== null) hosts.set(id, host);
  }
  const elsewhere = await context.readersElsewhere.of(new Map([...hosts].filter(([id]) => !isOwn(id))));
  const functionsOf = (id: OrganisationId): Partial<Organisations[number]> => {
    if (isOwn(id)) {
      const functions = purposes.filter((purpose) => status.isEnabled(id, purpose));
      return { functions, statedAt: context.now().toISOString() };
    }
    const said = elsewhere.get(id);
    if (said === undefined) return {};
    const { functions, statedAt, statement } = said;
    return { functions: [...functions], statedAt: statedAt.toISOString(), statement };
  };
  return [...hosts].map(([organisationId, host]) => {
    const named = status.organisation(organisationId);
    const { name = '', domains = [] } = named ?? {};
    return { organisationId, name, domains: [...domains], kmsHost: host, ...functionsOf(organisationId) };
  });
};
