import type { StatusView } from '@cloister/verify';
import { CloisterError, type UserId } from '@cloister/wire';
import type { Caller } from '../channel/authenticate.ts';

/**
 * The draft's `orgAgent`: a full administrator, as identity's feed says, for the administrator's own organisation. Nobody
 * here is its `kmsAdmin`, who acts for all.
 * @throws CloisterError `kms/not-authorized`
 */
export const checkAdministrator = (
  { status }: { readonly status: Pick<StatusView, 'person'> },
  { personId, organisationId, purpose }: Caller,
  asked: { readonly organisationId?: string | undefined } = {},
): void => {
  const person = purpose === null ? status.person(personId as UserId) : undefined;
  if (person?.active !== true || !person.roles.includes('full-admin')) {
    throw new CloisterError('kms/not-authorized', { detail: 'it is for full administrators' });
  }
  if (person.organisationId !== organisationId || (asked.organisationId ?? organisationId) !== organisationId) {
    throw new CloisterError('kms/not-authorized', { detail: 'it is for the administrators of that organisation' });
  }
};
