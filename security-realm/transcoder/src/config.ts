import { isKmsHost, isUuid, type KmsHost, type MachineId } from '@cloister/wire';
import * as z from 'zod/mini';

const path = z.string().check(z.minLength(1));
const url = z.string().check(z.regex(/^https?:\/\//));

/** The configuration file, documented in README.md. The machine's private key is in a file of mode 0600. */
export const configSchema = z.strictObject({
  machine: z.strictObject({ id: z.custom<MachineId>(isUuid), key: path }),
  kmsHost: z.custom<KmsHost>(isKmsHost),
  /** PEM of the roots that the key server's certificate may chain to. */
  kmsRoots: path,
  health: z.strictObject({ socket: path }),
  deployment: z.strictObject({ catalogue: url, oauth: url, identity: url }),
  /** PEM of the root that signed the certificates of core and identity; else the system's roots are trusted. */
  root: z.optional(path),
  /** Folder that keeps the machine's registration as a device; no key and no content. */
  store: path,
  /** Documents converted at the same time; 2 by default. */
  parallel: z.optional(z.int().check(z.gte(1), z.lte(64))),
});

export type TranscoderConfig = z.infer<typeof configSchema>;
