import { machineConfig } from '@cloister/machine';
import * as z from 'zod/mini';

/** The configuration file, documented in README.md. The machine's private key is in a file of mode 0600. */
export const configSchema = z.strictObject({
  ...machineConfig,
  /** Documents converted at the same time; 2 by default. */
  parallel: z.optional(z.int().check(z.gte(1), z.lte(64))),
});

export type TranscoderConfig = z.infer<typeof configSchema>;
