import { originOf } from '@cloister/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CoreContext } from '../context.ts';
import { serviceLinks } from '../domain/catalogue.ts';
import { askerOf } from './ask.ts';

/** The service catalogue (kms.md §3.3): where everything is, before and after sign-in. */
export const catalogueRoutes = (app: FastifyInstance, context: CoreContext): void => {
  const catalogue = (request: FastifyRequest, orgId?: string) => {
    const origin = originOf(request);
    return {
      serviceLinks: serviceLinks(origin, context.identityOriginOf(origin)),
      hostCatalog: {},
      format: 'hostmap',
      timestamp: context.now(),
      ...(orgId === undefined ? {} : { orgId }),
    };
  };
  app.get('/u2c/api/v1/limited/catalog', async (request) => catalogue(request));
  app.get('/u2c/api/v1/catalog', async (request) => catalogue(request, askerOf(request, context).organisationId));
};
