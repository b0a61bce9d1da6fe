import * as z from 'zod/mini';
import type { OrganisationId } from '../ids.ts';
import { compactJws } from '../json/compact.ts';
import { list, uuid } from '../json/schemas.ts';

/** The most organisations that one question may name. */
export const maxFederatedReaders = 100;

/** Body of `POST /federation/v1/readers`: whose machines read. */
export const readersAsked = z.object({
  organisationIds: list(uuid<OrganisationId>(), maxFederatedReaders).check(z.minLength(1)),
});

/** Its answer: a signed statement (`@cloister/receipts`) of each organisation that the asked realm serves. */
export const readersGiven = z.object({ statements: list(compactJws(8 * 1024), maxFederatedReaders) });
