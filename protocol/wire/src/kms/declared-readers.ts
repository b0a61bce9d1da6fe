import * as z from 'zod/mini';
import { purpose } from '../identity/purpose.ts';
import { isUuid, type OrganisationId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { list } from '../json/schemas.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';

const declaredReaders = z.object({
  functions: z._default(list(z.object({ organisationId: z.custom<OrganisationId>(isUuid), purpose }), 1000), []),
  keyServers: z._default(list(z.custom<KmsHost>(isKmsHost), 1000), []),
});

/** Readers of a resource that are no people: functions that are on, and key servers (wires.md §10). */
export type DeclaredReaders = z.infer<typeof declaredReaders>;

/**
 * What the `cloister` member beside a list of authorizations declares; an older key server declares nothing.
 * @throws CloisterError with a `wire/…` code: a reader nobody can name is not passed over
 */
export const parseDeclaredReaders = (cloister: Untrusted): DeclaredReaders =>
  parseWith(declaredReaders, cloister ?? {}, 1024 * 1024);
