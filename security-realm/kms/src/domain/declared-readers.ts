import type { StatusView } from '@cloister/verify';
import { type DeclaredReaders, type KmsHost, type OrganisationId, type Purpose, purposes } from '@cloister/wire';

type Authorized = { readonly subjectKind: string; readonly subjectOrganisationId: string };

type Realm = {
  readonly status: Pick<StatusView, 'isEnabled' | 'realmOf'>;
  readonly organisations: readonly string[];
  readonly kmsHost: KmsHost;
};

/**
 * Who can read a resource beside the people on its list, so that clients can show and explain it (docs/wires.md §10).
 * Machines read in the organisation whose resource it is; those for indexing, and officers, what people of theirs can:
 * there indexing and eDiscovery of every organisation with somebody on the list count, and of all that this server knows
 * when another resource's people read along. One that may not meet the resource's organisation stays named: what is
 * written meanwhile it could read once it may.
 */
export const declaredReaders = (
  { status, organisations, kmsHost }: Realm,
  resource: { readonly organisationId: string },
  authorizations: readonly Authorized[],
): Pick<DeclaredReaders, 'functions' | 'keyServers'> => {
  const isOn = (organisationId: string, purpose: Purpose) =>
    status.isEnabled(organisationId as OrganisationId, purpose);
  const isOpen = authorizations.some(({ subjectKind }) => subjectKind !== 'person');
  const listed = authorizations.map(({ subjectOrganisationId }) => subjectOrganisationId);
  const reading = [...new Set(isOpen ? organisations : listed)];
  const ofOwner = purposes.filter((each) => each !== 'ediscovery' && isOn(resource.organisationId, each));
  const ofPeople = (purpose: Purpose, ids: readonly string[]) =>
    ids.filter((id) => isOn(id, purpose)).map((id) => ({ organisationId: id as OrganisationId, purpose }));
  return {
    functions: [
      ...ofOwner.map((purpose) => ({ organisationId: resource.organisationId as OrganisationId, purpose })),
      ...ofPeople(
        'indexing',
        reading.filter((id) => id !== resource.organisationId),
      ),
      ...ofPeople('ediscovery', reading),
    ],
    keyServers: keyServersOf({ status, organisations, kmsHost }, listed),
  };
};

/** Every key server that can open what the room says: its own, and those of everybody on the list (R344). */
const keyServersOf = ({ status, organisations, kmsHost }: Realm, listed: readonly string[]): KmsHost[] => {
  const others = listed.filter((id) => !organisations.includes(id));
  const hosts = others.flatMap((id) => status.realmOf(id as OrganisationId) ?? []);
  return [...new Set([kmsHost, ...hosts])];
};
