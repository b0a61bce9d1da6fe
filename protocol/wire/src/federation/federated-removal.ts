import * as z from 'zod/mini';
import type { OrganisationId, UserId } from '../ids.ts';
import { integer, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';

/** Body of `POST /federation/v1/removals`: somebody of the asking realm has left their organisation (wires.md §13). */
export const removalAsked = z.object({
  resourceUri: instanceUriOf('resources'),
  subject: z.object({ id: uuid<UserId>(), organisationId: uuid<OrganisationId>() }),
  /** The entry of identity's feed that the asking realm knows it by. */
  leaver: z.object({ entry: integer(1, Number.MAX_SAFE_INTEGER) }),
});

export type RemovalAsked = z.infer<typeof removalAsked>;
