import { randomBytes } from 'node:crypto';
import { originOf } from '@cloister/http';
import { CloisterError, parseUuid, parseWith, type UserId } from '@cloister/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { type Act, mayDo } from '../domain/roles.ts';
import { changePerson } from '../people/change-person.ts';
import { invite } from '../people/invite.ts';
import { listPeople, type Person } from '../store/people.ts';
import { authenticate, toAdminister } from './authenticate.ts';

/** People of an organisation in one answer. */
const pageSize = 100;

const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));
const roles = z.array(z.enum(['member', 'full-admin'])).check(z.maxLength(2));
const invitation = z.strictObject({ name, email: z.string().check(z.maxLength(320)), roles: z.optional(roles) });
const change = z.strictObject({ active: z.optional(z.boolean()), roles: z.optional(roles) });

/** What full administrators do to the people of their own organisation. */
export const administrationRoutes = (app: FastifyInstance, context: Context): void => {
  const administrator = async (request: FastifyRequest, act: Act): Promise<Person> => {
    const { person } = await authenticate(context, request, toAdminister);
    if (!mayDo(person.roles, act)) throw new CloisterError('identity/forbidden');
    return person;
  };

  app.get('/identity/api/v1/organisation/people', async (request, reply) => {
    const { organisationId } = await administrator(request, 'list-people');
    const { after } = request.query as { after?: unknown };
    const from = after === undefined ? undefined : parseUuid<UserId>(after);
    // One more than a page tells whether there is another.
    const people = await listPeople(context.database, { organisationId, after: from, limit: pageSize + 1 });
    const items = people
      .slice(0, pageSize)
      .map(({ id, name, email, roles, active }) => ({ id, name, email, roles, active }));
    reply.header('cache-control', 'no-store');
    return people.length > pageSize ? { items, next: items.at(-1)?.id } : { items };
  });

  app.post('/identity/api/v1/invitations', async (request, reply) => {
    const by = await administrator(request, 'invite');
    const asked = parseWith(invitation, request.body);
    const capability = randomBytes(32).toString('base64url');
    const { expiresAt } = await invite(context, { ...asked, by, capability });
    reply.code(201);
    return { link: `${originOf(request)}/identity/invitations/${capability}`, expiresAt: expiresAt.toISOString() };
  });

  app.put('/identity/api/v1/people/:id', async (request, reply) => {
    const by = await administrator(request, 'change-people');
    const id = parseUuid<UserId>((request.params as { id: string }).id);
    await changePerson(context, { by, id, change: parseWith(change, request.body) });
    return reply.code(204).send();
  });
};
