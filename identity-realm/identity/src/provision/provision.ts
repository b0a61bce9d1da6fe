import type { RowKey } from '@cloister/at-rest';
import type { Database } from '@cloister/database';
import {
  CloisterError,
  type DomainName,
  isDomainName,
  newId,
  type OrganisationId,
  type Purpose,
  type UserId,
} from '@cloister/wire';
import { calculateJwkThumbprint } from 'jose';
import { publishOrganisations } from '../directory/publish-organisations.ts';
import { emailKey } from '../domain/email.ts';
import { parseMachineKey } from '../domain/machine-key.ts';
import { hashPassword, type PasswordCost } from '../domain/password.ts';
import { addMachine } from '../functions/add-machine.ts';
import { switchFunction } from '../functions/switch-function.ts';
import { withMember } from '../people/invite.ts';
import { personStatement } from '../people/person-statement.ts';
import { listFunctions } from '../store/functions.ts';
import { findMachineByKey, type Machine } from '../store/machines.ts';
import { findByDomain, insertOrganisation, type Organisation } from '../store/organisations.ts';
import { findByEmail, insertPerson, type Person } from '../store/people.ts';
import { ensureKeys, readKeys } from '../store/signing-keys.ts';
import { appendStatus } from '../store/status-log.ts';
import type { Provisioned, ProvisionInput } from './provision-input.ts';

/** What provisioning works on; the schema must be there. */
export interface ProvisionContext {
  readonly database: Database;
  readonly atRest: RowKey;
  readonly passwordCost: PasswordCost;
  readonly now: () => Date;
}

/**
 * Makes organisations, people, machine accounts and keys that do not exist yet, and switches functions on that nobody has switched; what exists stays as it is. Each is told to the realms in the
 * transaction that makes it.
 * @throws CloisterError `identity/conflict` when a person exists in another organisation, `config/invalid` for a bad address or domain,
 *   `identity/invalid-request` for a bad machine key
 */
export const provision = async (context: ProvisionContext, input: ProvisionInput): Promise<Provisioned> => {
  const { database, atRest, now } = context;
  await ensureKeys(database, atRest, now());
  const organisations: Organisation[] = [];
  const people: Person[] = [];
  const machines: Machine[] = [];
  for (const wanted of input.organisations) {
    const organisation = await ensureOrganisation(context, wanted.name, domainOf(wanted.domain));
    organisations.push(organisation);
    const own = await Promise.all(wanted.people.map((person) => ensurePerson(context, organisation, person)));
    people.push(...own);
    for (const machine of wanted.machines ?? []) machines.push(await ensureMachine(context, organisation, machine));
    for (const purpose of wanted.functions ?? []) await ensureFunction(context, own, purpose);
  }
  const [feedKey] = await readKeys(database, atRest, 'feed');
  if (feedKey === undefined) throw new CloisterError('identity/internal');
  return {
    organisations,
    people: people.map(({ id, email, name, organisationId, roles }) => ({ id, email, name, organisationId, roles })),
    machines: machines.map(({ id, organisationId, purpose }) => ({ id, organisationId, purpose })),
    feedKey: { ...feedKey.publicJwk },
  };
};

const domainOf = (text: string): DomainName => {
  const domain = text.toLowerCase();
  if (isDomainName(domain)) return domain;
  throw new CloisterError('config/invalid', { detail: 'the people file holds a domain that is none' });
};

/** The operator's word proves the domain. */
const ensureOrganisation = (
  { database, now }: ProvisionContext,
  name: string,
  domain: DomainName,
): Promise<Organisation> =>
  database.transaction(async (transaction) => {
    const known = await findByDomain(transaction, domain);
    if (known !== null) return known;
    const organisation = { id: newId<OrganisationId>(), name, domain };
    await insertOrganisation(transaction, organisation, now());
    await publishOrganisations(transaction, organisation.id);
    return organisation;
  });

const ensurePerson = async (
  { database, passwordCost, now }: ProvisionContext,
  { id: organisationId }: Organisation,
  wanted: ProvisionInput['organisations'][number]['people'][number],
): Promise<Person> => {
  const key = emailKey(wanted.email);
  if (key === undefined)
    throw new CloisterError('config/invalid', { detail: 'the people file holds a bad e-mail address' });
  if ((await findByEmail(database, key)) === null) {
    const password = await hashPassword(wanted.password, passwordCost);
    await database.transaction(async (transaction) => {
      const id = newId<UserId>();
      const { name, email, roles = [] } = wanted;
      const person = { id, organisationId, name, email, emailKey: key, roles: withMember(roles), password, at: now() };
      if (!(await insertPerson(transaction, person))) return;
      await appendStatus(transaction, personStatement({ ...person, active: true }));
    });
  }
  const person = await findByEmail(database, key);
  if (person === null || person.organisationId !== organisationId) throw new CloisterError('identity/conflict');
  return person;
};

/** One that an administrator switched off stays off. */
const ensureFunction = async (
  context: ProvisionContext,
  people: readonly Person[],
  purpose: Purpose,
): Promise<void> => {
  const by = people.find(({ roles }) => roles.includes('full-admin'));
  if (by === undefined)
    throw new CloisterError('config/invalid', { detail: 'a function without a full administrator' });
  const switched = await listFunctions(context.database, by.organisationId);
  if (switched.some((known) => known.purpose === purpose)) return;
  await switchFunction(context, { by, purpose, enabled: true });
};

/** One that an administrator removed stays removed. */
const ensureMachine = (
  { database, now }: ProvisionContext,
  { id: organisationId }: Organisation,
  { purpose, publicKey: untrusted }: NonNullable<ProvisionInput['organisations'][number]['machines']>[number],
): Promise<Machine> => {
  const publicKey = parseMachineKey(untrusted);
  return database.transaction(async (transaction) => {
    const thumbprint = await calculateJwkThumbprint(publicKey);
    const known = await findMachineByKey(transaction, { organisationId, purpose, thumbprint });
    if (known !== null) return known;
    const at = now();
    const id = await addMachine(transaction, { organisationId, purpose, publicKey, by: null, at });
    return { id, organisationId, purpose, publicKey, active: true, createdAt: at };
  });
};
