import * as z from 'zod/mini';
import { domainName } from '../identity/domain-name.ts';
import { purpose } from '../identity/purpose.ts';
import { isUuid, type OrganisationId } from '../ids.ts';
import { compactJws } from '../json/compact.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { dateTime, list } from '../json/schemas.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';

const organisationId = z.custom<OrganisationId>(isUuid);
const kmsHost = z.custom<KmsHost>(isKmsHost);

/** Without `functions` the organisation's key server has not said which machines it lets read (wires.md §13). */
const organisation = z.object({
  organisationId,
  name: z.string().check(z.maxLength(256)),
  domains: list(domainName, 1000),
  kmsHost,
  functions: z.optional(list(purpose, 100)),
  statedAt: z.optional(dateTime()),
  /** What it signed. */
  statement: z.optional(compactJws(16 * 1024)),
});

const declaredReaders = z.object({
  functions: z._default(list(z.object({ organisationId, purpose }), 1000), []),
  keyServers: z._default(list(kmsHost, 1000), []),
  organisations: z._default(list(organisation, 1000), []),
});

/** Readers of a resource that are no people (wires.md §10), and the organisations of those who are (wires.md §13). */
export type DeclaredReaders = z.infer<typeof declaredReaders>;

/**
 * What the `cloister` member beside a list of authorizations declares; an older key server declares nothing.
 * @throws CloisterError with a `wire/…` code: a reader nobody can name is not passed over
 */
export const parseDeclaredReaders = (cloister: Untrusted): DeclaredReaders =>
  parseWith(declaredReaders, cloister ?? {}, 4 * 1024 * 1024);
