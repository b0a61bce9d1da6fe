import { databaseConfig } from '@cloister/database';
import { keyLimits } from '@cloister/wire';
import * as z from 'zod/mini';

const publicKey = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.optional(z.string()),
});

const origin = z
  .string()
  .check(z.refine((text) => URL.canParse(text) && new URL(text).origin === text, 'must be scheme://host[:port]'));

const realm = z.strictObject({
  kmsHost: z.string(),
  organisationIds: z.array(z.string()),
  linkKey: publicKey,
  receiptKey: publicKey,
});

/** Operators may be stricter, nobody laxer. */
const atMost = (limit: number) => z.optional(z.int().check(z.minimum(1), z.maximum(limit)));

/** The core's configuration file, documented in the README; it names credential files and holds no secret. */
export const configSchema = z.strictObject({
  listen: z.strictObject({ socket: z.string() }),
  health: z.strictObject({ socket: z.string() }),
  database: databaseConfig,
  files: z.strictObject({ folder: z.string() }),
  search: z.strictObject({ key: z.string(), reset: z.optional(z.boolean()) }),
  contentKeys: z.optional(
    z.strictObject({ maxAgeMs: atMost(keyLimits.maxAgeMs), maxMessages: atMost(keyLimits.maxMessages) }),
  ),
  origins: z.array(origin).check(z.minLength(1)),
  appOrigins: z.array(origin),
  identityOrigins: z.optional(z.record(origin, origin)),
  identity: z.strictObject({
    issuer: z.string(),
    feed: z.strictObject({ origin, key: publicKey, store: z.string() }),
    root: z.optional(z.string()),
  }),
  link: z.strictObject({ key: z.string() }),
  realms: z.array(realm),
});

export type CoreConfig = z.output<typeof configSchema>;
