import { CloisterError, parseUserLookup, parseWith, type UserId } from '@cloister/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { emailKey } from '../domain/email.ts';
import { rateLimit } from '../domain/rate-limit.ts';
import { listDomains } from '../store/domains.ts';
import { findByEmail, findPeople, type Person, searchPeople } from '../store/people.ts';
import { authenticate, toReadPeople } from './authenticate.ts';

const pageSize = 25;
const lookupIds = z.object({ ids: z.array(z.uuidv4()).check(z.maxLength(200)) });

/** Who people are, told to people who are signed in (R424, R425). */
export const peopleRoutes = (app: FastifyInstance, context: Context): void => {
  const { database, now } = context;
  // Exact addresses reach into every organisation, so each counts; ids are known only to who shares a room.
  const limit = rateLimit({ burst: 120, refillMs: 1000 });
  const asker = async (request: FastifyRequest, cost: number): Promise<Person> => {
    const { person } = await authenticate(context, request, toReadPeople);
    limit(person.id, cost, now());
    return person;
  };

  // kms.md §3.6. The published query `shouldCreateUsers` is ignored: an unknown address makes no account.
  app.post('/conversation/api/v1/users', async (request) => {
    const { person } = await authenticate(context, request, toReadPeople);
    const addresses = parseUserLookup(request.body);
    limit(person.id, Math.max(1, addresses.length), now());
    const found = addresses.map(async ({ email }) => [email, userOf(await byEmail(email))] as const);
    return Object.fromEntries(await Promise.all(found));
  });

  app.get('/identity/api/v1/people', async (request) => {
    const person = await asker(request, 1);
    const { query, email } = request.query as { query?: unknown; email?: unknown };
    if (typeof email === 'string' && query === undefined) {
      const found = await byEmail(email);
      return { items: found === null ? [] : [await withDomains(found)] };
    }
    if (typeof query !== 'string' || query.length > 100) throw new CloisterError('identity/invalid-request');
    const { organisationId } = person;
    const items = await searchPeople(database, { organisationId, query, limit: pageSize });
    return { items: items.map((each) => ({ ...publicView(each), email: each.email })) };
  });

  app.post('/identity/api/v1/people/lookup', async (request) => {
    const person = await asker(request, 1);
    const { ids } = parseWith(lookupIds, request.body);
    const people = await findPeople(database, ids as UserId[]);
    return { items: people.map((each) => (isColleague(person, each) ? publicView(each) : strangerView(each))) };
  });

  app.get('/identity/api/v1/me', async (request) => {
    const person = await asker(request, 1);
    return { ...(await withDomains(person)), email: person.email, roles: person.roles };
  });

  // Clients hold their key server's certificate against these, and show them of people of other organisations.
  const withDomains = async (person: Person) => {
    const domains = await listDomains(database, [person.organisationId]);
    const organisation = { ...organisationOf(person), domains: domains.map(({ domain }) => domain) };
    return { ...publicView(person), organisation };
  };

  const byEmail = async (text: string): Promise<Person | null> => {
    const key = emailKey(text);
    const found = key === undefined ? null : await findByEmail(database, key);
    return found?.active === true ? found : null;
  };
};

const isColleague = (asker: Person, other: Person): boolean => asker.organisationId === other.organisationId;

const organisationOf = ({ organisationId, organisationName }: Person) => ({
  id: organisationId,
  name: organisationName,
});

const publicView = (person: Person) => ({ id: person.id, name: person.name, organisation: organisationOf(person) });

const strangerView = (person: Person) => ({ id: person.id, organisation: organisationOf(person) });

const userOf = (person: Person | null) =>
  person === null ? { userExists: false } : { id: person.id, userExists: true };
