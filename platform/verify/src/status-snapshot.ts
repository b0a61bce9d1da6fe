import type { JsonWebKey } from 'node:crypto';
import type { KmsHost, MachineId, OrganisationId, Purpose, SessionId, UserId } from '@cloister/wire';
import { edPublicJwk, isDomainName, isKmsHost, isUuid, purposes } from '@cloister/wire';
import * as z from 'zod/mini';
import type { By, Case, Leaving, Organisation, Person, RealmKeys } from './status-view.ts';

const id = z.string().check(z.refine(isUuid));
const seq = z.int().check(z.nonnegative());
const purpose = z.enum(purposes as [Purpose, ...Purpose[]]);
const by = z.strictObject({ kind: z.literal('person'), id });

const leaving = z.strictObject({ entry: seq, by: z.optional(by) });

const realmKeys = z.strictObject({
  linkKey: edPublicJwk,
  receiptKeys: z.array(edPublicJwk).check(z.minLength(1)),
});

const snapshot = z.strictObject({
  head: seq,
  statedAt: z.nullable(z.number()),
  keys: z.array(z.looseObject({})),
  people: z.array(
    z.tuple([id, id, z.boolean(), z.array(z.enum(['full-admin'])), seq, z.nullable(by), z.nullable(leaving)]),
  ),
  machines: z.array(z.tuple([id, id, purpose, z.boolean()])),
  enabled: z.array(z.tuple([id, purpose])),
  cases: z.array(
    z.strictObject({
      id,
      organisationId: id,
      officer: id,
      custodians: z.array(id),
      expiresAt: z.number(),
      openedBy: id,
      approvedBy: id,
    }),
  ),
  realms: z.array(z.tuple([z.string().check(z.refine(isKmsHost)), z.array(id), z.nullable(realmKeys)])),
  organisations: z.array(
    z.strictObject({ id, name: z.string(), domains: z.array(z.string().check(z.refine(isDomainName))) }),
  ),
  revoked: z.array(z.tuple([id, z.number()])),
});

/** The directory as it is kept in a file. */
export type StatusSnapshot = {
  head: number;
  statedAt: number | null;
  keys: JsonWebKey[];
  people: [UserId, OrganisationId, boolean, Person['roles'], number, By | null, Leaving | null][];
  machines: [MachineId, OrganisationId, Purpose, boolean][];
  /** The functions that are on. */
  enabled: [OrganisationId, Purpose][];
  cases: Case[];
  /** The key servers of the directory, as they were stated last. */
  realms: [KmsHost, readonly OrganisationId[], RealmKeys | null][];
  /** Those that were named. */
  organisations: Organisation[];
  revoked: [SessionId, number][];
};

/** The snapshot in a value, or null when it is none: of another version, or damaged. */
export const parseStatusSnapshot = (value: unknown): StatusSnapshot | null => {
  const read = z.safeParse(snapshot, value);
  return read.success ? (read.data as unknown as StatusSnapshot) : null;
};
