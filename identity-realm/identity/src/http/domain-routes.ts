import { randomBytes } from 'node:crypto';
import { checkWith, type DomainView, domainName, parseWith } from '@cloister/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { domainRecord } from '../domain/domain-challenge.ts';
import type { DomainClaim, VerifiedDomain } from '../domain/domain-claim.ts';
import { rateLimit } from '../domain/rate-limit.ts';
import { claimDomain } from '../domain-names/claim-domain.ts';
import { listOwnDomains } from '../domain-names/list-own-domains.ts';
import { removeDomain } from '../domain-names/remove-domain.ts';
import { verifyDomain } from '../domain-names/verify-domain.ts';
import { administratorOf } from './authenticate.ts';

const claim = z.strictObject({ domain: domainName });

/** The domains that an organisation claims and proves (wires.md §13). */
export const domainRoutes = (app: FastifyInstance, context: Context): void => {
  const base = '/identity/api/v1/organisation/domains';
  const administrator = (request: FastifyRequest) => administratorOf(context, request, 'manage-domains');
  const domainOf = (request: FastifyRequest) => checkWith(domainName, (request.params as { domain: string }).domain);
  // Each verification is a question to name servers that the asker chooses.
  const limit = rateLimit({ burst: 20, refillMs: 3000 });

  app.get(base, async (request) => {
    const { organisationId } = await administrator(request);
    return { items: (await listOwnDomains(context.database, organisationId)).map(viewOf) };
  });

  app.post(base, async (request, reply) => {
    const by = await administrator(request);
    const { domain } = parseWith(claim, request.body);
    const claimed = await claimDomain(context, { by, domain, challenge: randomBytes(32).toString('base64url') });
    reply.code(201);
    return viewOf(claimed);
  });

  app.post(`${base}/:domain/verification`, async (request) => {
    const by = await administrator(request);
    const domain = domainOf(request);
    limit(by.organisationId, 1, context.now());
    return viewOf(await verifyDomain(context, { by, domain }));
  });

  app.delete(`${base}/:domain`, async (request, reply) => {
    const by = await administrator(request);
    await removeDomain(context, { by, domain: domainOf(request) });
    return reply.code(204).send();
  });
};

const viewOf = (each: DomainClaim | VerifiedDomain): DomainView => {
  const { domain } = each;
  const claimedAt = each.claimedAt.toISOString();
  return 'challenge' in each
    ? { domain, state: 'pending', claimedAt, record: { ...domainRecord(domain, each.challenge) } }
    : { domain, state: 'verified', claimedAt, verifiedAt: each.verifiedAt.toISOString(), by: each.proof };
};
