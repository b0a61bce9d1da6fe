import { type CaseId, parseUuid, parseWith, type UserId } from '@cloister/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import { approveCase } from '../cases/approve-case.ts';
import { closeCase } from '../cases/close-case.ts';
import { openCase } from '../cases/open-case.ts';
import type { Context } from '../context.ts';
import { type Case, caseState, mostCustodians } from '../domain/case.ts';
import { listCases } from '../store/cases.ts';
import { administratorOf } from './authenticate.ts';

const newCase = z.strictObject({
  reference: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  officer: z.uuidv4(),
  custodians: z.array(z.uuidv4()).check(z.minLength(1), z.maxLength(mostCustodians)),
  expiresAt: z.iso.datetime(),
});

/** eDiscovery cases: opened by one full administrator, approved by another (R097). */
export const caseRoutes = (app: FastifyInstance, context: Context): void => {
  const base = '/identity/api/v1/organisation/cases';
  const administrator = (request: FastifyRequest) => administratorOf(context, request, 'manage-cases');
  const idOf = (request: FastifyRequest) => parseUuid<CaseId>((request.params as { id: string }).id);

  app.get(base, async (request) => {
    const { organisationId } = await administrator(request);
    const cases = await listCases(context.database, organisationId);
    return { items: cases.map((each) => viewOf(each, context.now())) };
  });

  app.post(base, async (request, reply) => {
    const by = await administrator(request);
    const { reference, officer, custodians, expiresAt } = parseWith(newCase, request.body);
    const id = await openCase(context, {
      by,
      reference,
      officer: officer as UserId,
      custodians: custodians as UserId[],
      expiresAt: new Date(expiresAt),
    });
    reply.code(201);
    return { id };
  });

  app.post(`${base}/:id/approval`, async (request, reply) => {
    await approveCase(context, { by: await administrator(request), id: idOf(request) });
    return reply.code(204).send();
  });

  app.delete(`${base}/:id`, async (request, reply) => {
    await closeCase(context, { by: await administrator(request), id: idOf(request) });
    return reply.code(204).send();
  });
};

const viewOf = (each: Case, now: Date) => {
  const { id, reference, officer, custodians, expiresAt, openedBy, openedAt, approvedBy, approvedAt } = each;
  const { closedBy, closedAt } = each;
  return {
    id,
    reference,
    officer,
    custodians,
    state: caseState(each, now),
    expiresAt: expiresAt.toISOString(),
    openedBy,
    openedAt: openedAt.toISOString(),
    ...(approvedAt === null ? {} : { approvedBy, approvedAt: approvedAt.toISOString() }),
    ...(closedAt === null ? {} : { closedBy, closedAt: closedAt.toISOString() }),
  };
};
