import * as z from 'zod/mini';
import type { OrganisationId, UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { text, uuid } from '../json/schemas.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';

const url = text(2048);

const endpoints = z.object({
  version: z.literal(1),
  catalogue: url,
  oauth: url,
  identity: url,
  core: url,
  organisations: z.array(
    z.object({
      id: uuid<OrganisationId>(),
      name: text(256),
      domain: text(253),
      app: url,
      hub: url,
      kmsHost: z.custom<KmsHost>(isKmsHost),
      kmsRootCertificate: text(4096),
    }),
  ),
  people: z.array(
    z.object({
      id: uuid<UserId>(),
      email: text(320),
      name: text(256),
      organisationId: uuid<OrganisationId>(),
      password: text(256),
      roles: z.array(text(64)),
    }),
  ),
  client: z.object({ id: text(256), secret: text(256), scope: text(4096) }),
  tls: z.optional(z.object({ catalogue: url, root: text(4096) })),
  processes: z.optional(z.array(z.object({ name: text(64), pid: z.int() }))),
});

/** `<data>/endpoints.json`: where everything of an evaluation deployment is (wires.md §7). Holds passwords. */
export type Endpoints = z.infer<typeof endpoints>;

/** @throws CloisterError with a `wire/…` code */
export const parseEndpoints = (input: Untrusted): Endpoints => parseWith(endpoints, input, 1024 * 1024);
