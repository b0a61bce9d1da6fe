import {
  instanceUriOf,
  isKmsHost,
  isUuid,
  type KmsHost,
  type OrganisationId,
  type RoomId,
  type UserId,
  type Uuid,
} from '@cloister/wire';
import * as z from 'zod/mini';

const uuid = <T extends string>() => z.custom<T>(isUuid);
const version = z.int().check(z.minimum(0));

/** Who may read what is bound to a resource, as its home says to another key server (wires.md §13). */
export const listClaims = z.looseObject({
  /** Home. */
  iss: z.custom<KmsHost>(isKmsHost),
  /** Whom it is for: a list that was given to one realm proves nothing to another. */
  aud: z.custom<KmsHost>(isKmsHost),
  resourceUri: instanceUriOf('resources'),
  roomId: z.nullable(uuid<RoomId>()),
  /** Whose resource it is. */
  organisationId: uuid<OrganisationId>(),
  authorizationVersion: version,
  /** The version at which somebody left last: keys bound before it are stale. */
  departureVersion: version,
  /** Counts what happened to the main key of its organisation: a list from before counts no more than one of an older version. */
  revocationEpoch: version,
  people: z
    .array(
      z.object({
        id: uuid<UserId>(),
        organisationId: uuid<OrganisationId>(),
        authorizationId: uuid<Uuid>(),
        moderator: z.optional(z.literal(true)),
      }),
    )
    .check(
      z.maxLength(2000),
      // Somebody of two organisations would be let in by either.
      z.refine((people) => new Set(people.map(({ id }) => id)).size === people.length),
    ),
  /** Whether the main key of its organisation is off: then nothing bound to it is given to anybody. */
  isFrozen: z.boolean(),
  /** Seconds since 1970. */
  issuedAt: z.number().check(z.minimum(0), z.maximum(253_402_300_799)),
});

export type ListClaims = z.infer<typeof listClaims>;
