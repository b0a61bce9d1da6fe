import * as z from 'zod/mini';

/**
 * The `database` section of a server's configuration. Either `url` (no password inside) or `host` (a folder with a unix
 * socket, or a host name) with `database` and `user`. `credentialFile` names the file with the password.
 */
export const databaseConfig = z.strictObject({
  url: z.optional(z.string()),
  host: z.optional(z.string()),
  port: z.optional(z.int().check(z.positive(), z.maximum(65_535))),
  database: z.optional(z.string()),
  user: z.optional(z.string()),
  credentialFile: z.optional(z.string()),
  /** PEM of the root that signed the server's certificate; with it, TLS is required. */
  rootCertificate: z.optional(z.string()),
  max: z.optional(z.int().check(z.positive(), z.maximum(500))),
});

export type DatabaseConfig = z.output<typeof databaseConfig>;
