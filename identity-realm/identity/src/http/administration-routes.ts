import { randomBytes } from 'node:crypto';
import { originOf } from '@cloister/http';
import { parseUuid, parseWith, type UserId } from '@cloister/wire';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { changePerson } from '../people/change-person.ts';
import { invite } from '../people/invite.ts';
import { listPeople } from '../store/people.ts';
import { administratorOf } from './authenticate.ts';

/** People of an organisation in one answer. */
const pageSize = 100;

const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));
const roles = z.array(z.enum(['member', 'full-admin'])).check(z.maxLength(2));
const invitation = z.strictObject({ name, email: z.string().check(z.maxLength(320)), roles: z.optional(roles) });
const change = z.strictObject({ active: z.optional(z.boolean()), roles: z.optional(roles) });

/** What full administrators do to the people of their own organisation. */
export const administrationRoutes = (app: FastifyInstance, context: Context): void => {
  app.get('/identity/api/v1/organisation/people', async (request, reply) => {
    const { organisationId } = await administratorOf(context, request, 'list-people');
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
    const by = await administratorOf(context, request, 'invite');
    const asked = parseWith(invitation, request.body);
    const capability = randomBytes(32).toString('base64url');
    const { expiresAt } = await invite(context, { ...asked, by, capability });
    reply.code(201);
    return { link: `${originOf(request)}/identity/invitations/${capability}`, expiresAt: expiresAt.toISOString() };
  });

  app.put('/identity/api/v1/people/:id', async (request, reply) => {
    const by = await administratorOf(context, request, 'change-people');
    const id = parseUuid<UserId>((request.params as { id: string }).id);
    await changePerson(context, { by, id, change: parseWith(change, request.body) });
    return reply.code(204).send();
  });
};
