import { CloisterError, isUuid, type OrganisationId, type UserId } from '@cloister/wire';
import type { OrganisationView } from '../api/organisation-view.ts';
import type { PersonView } from '../api/person-view.ts';
import { isRecord, textOf } from '../json.ts';
import { readOrganisation } from './organisations.ts';

/** What identity tells of somebody. */
export interface ToldPerson {
  readonly person: PersonView;
  readonly organisation?: OrganisationView;
}

/** @throws CloisterError `client/unreadable` */
export const readPeople = (body: unknown): ToldPerson[] => {
  const items = isRecord(body) ? body.items : undefined;
  if (!Array.isArray(items)) throw new CloisterError('client/unreadable', { detail: 'the people' });
  return items.map(readTold).filter((person) => person !== undefined);
};

const readTold = (value: unknown): ToldPerson | undefined => {
  const person = readPerson(value);
  if (person === undefined) return undefined;
  const organisation = isRecord(value) ? readOrganisation(value.organisation) : undefined;
  return { person, ...(organisation === undefined ? {} : { organisation }) };
};

/** Somebody in an answer of identity or a record of the store; `undefined` for what is nobody. */
export const readPerson = (value: unknown): PersonView | undefined => {
  if (!isRecord(value) || !isUuid(value.id)) return undefined;
  const name = textOf(value, 'name');
  const email = textOf(value, 'email');
  const organisationId = textOf(value.organisation, 'id') ?? textOf(value, 'organisationId');
  return {
    id: value.id as UserId,
    known: name !== undefined && name !== '',
    name: name ?? '',
    ...(email === undefined ? {} : { email }),
    ...(isUuid(organisationId) ? { organisationId: organisationId as OrganisationId } : {}),
  };
};
