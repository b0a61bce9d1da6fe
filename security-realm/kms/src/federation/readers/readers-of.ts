import type { DeclaredReaders, OrganisationId } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { declaredReaders } from '../../domain/declared-readers.ts';
import type { AuthorizationRow } from '../../store/authorization-row.ts';
import { organisationsOfList } from './organisations-of-list.ts';

/** Everybody who can read a resource beside the people on its list, and whose people those are (wires.md §10, §13). */
export const readersOf = async (
  context: KmsContext,
  resource: { readonly organisationId: string },
  authorizations: readonly Pick<AuthorizationRow, 'subjectKind' | 'subjectOrganisationId'>[],
): Promise<DeclaredReaders> => {
  const people = authorizations.filter(({ subjectKind }) => subjectKind === 'person');
  const listed = new Set(people.map(({ subjectOrganisationId }) => subjectOrganisationId as OrganisationId));
  return {
    ...declaredReaders(context, resource, authorizations),
    organisations: await organisationsOfList(context, listed),
  };
};
