import { databaseConfig } from '@cloister/database';
import { isKmsHost, isUuid, type KmsHost } from '@cloister/wire';
import * as z from 'zod/mini';

const path = z.string().check(z.minLength(1));
const feedKey = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() });

/** The configuration file, documented in README.md. It names credential files and holds no secret. */
export const configSchema = z.strictObject({
  kmsHost: z.custom<KmsHost>(isKmsHost),
  organisations: z.array(z.string().check(z.refine(isUuid))).check(z.minLength(1)),
  health: z.strictObject({ socket: path }),
  database: databaseConfig,
  hsm: z.strictObject({ socket: path, shared: path }),
  core: z.strictObject({ url: z.string().check(z.regex(/^wss?:\/\//)) }),
  identity: z.strictObject({ url: z.string().check(z.regex(/^https?:\/\//)), issuer: z.string(), feedKey }),
  /** PEM of the root that signed the certificates of core and identity; else the system's roots are trusted. */
  root: z.optional(path),
  /** How long a node may use keys without a look at the epochs, and how often it looks (wires.md §12). */
  revocation: z.optional(
    z.strictObject({
      leaseMs: z.optional(z.int().check(z.minimum(1_000), z.maximum(300_000))),
      lookMs: z.optional(z.int().check(z.minimum(100), z.maximum(60_000))),
    }),
  ),
  /** How long a retired main key stays in the hsm: a day at least, for backups. */
  retireMs: z.optional(z.int().check(z.minimum(24 * 3_600_000))),
  /** How old the newest search key of a room may be when an indexer asks for it; 30 days unless told (wires.md §14). */
  searchKeys: z.optional(z.strictObject({ periodMs: z.int().check(z.minimum(60_000)) })),
  /**
   * This realm's certificate for its TLS key, and roots it accepts of others beside those that ship with the release, as PEM;
   * without it there is no federation.
   */
  federation: z.optional(z.strictObject({ certificate: path, roots: z.optional(path) })),
  status: path,
  certificates: path,
  provision: path,
});

export type KmsConfig = z.infer<typeof configSchema>;
