import * as z from 'zod/mini';

const path = z.string().check(z.minLength(1));

/** The hsm's configuration. Paths only: the PIN and the shared credential are in files of mode 0600. */
export const configSchema = z.strictObject({
  listen: z.strictObject({ socket: path }),
  health: z.strictObject({ socket: path }),
  keystore: path,
  credentials: z.strictObject({ pin: path, shared: path }),
});

export type HsmConfig = z.infer<typeof configSchema>;
