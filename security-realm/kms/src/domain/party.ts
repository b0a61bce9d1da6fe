import type { OrganisationId, UserId } from '@cloister/wire';
import type { AuthorizationRow } from '../store/authorization-row.ts';
import type { Subject } from './subjects.ts';

/** A person as receipts name them. */
export type Party = { readonly id: UserId; readonly organisationId: OrganisationId };

/** The person of an authorization. */
export const partyOf = ({ subjectId, subjectOrganisationId }: AuthorizationRow): Party => ({
  id: subjectId as UserId,
  organisationId: subjectOrganisationId as OrganisationId,
});

/** The people among those whom an authorization is for. */
export const peopleOf = (subjects: readonly Subject[]): Party[] =>
  subjects.flatMap((subject) =>
    subject.kind === 'person' ? [{ id: subject.id, organisationId: subject.organisationId }] : [],
  );

/** A person who stands on no list, as identity knows them; else of the asking person's organisation. */
export const partyNamed = (
  person: (id: UserId) => { readonly organisationId: OrganisationId } | undefined,
  id: UserId,
  { organisationId }: { readonly organisationId: string },
): Party => ({ id, organisationId: person(id)?.organisationId ?? (organisationId as OrganisationId) });
