import * as z from 'zod/mini';

const path = z.string().check(z.minLength(1));
const text = z.string().check(z.minLength(1));

const software = z.strictObject({ kind: z.literal('software'), path });
const pkcs11 = z.strictObject({
  kind: z.literal('pkcs11'),
  module: path,
  tokenLabel: text,
  libraryParameters: z.optional(text),
  environment: z.optional(z.strictObject({ SOFTHSM2_CONF: z.optional(path) })),
});
const aws = z.strictObject({
  /** Instead of Amazon's own: a private endpoint, or a test's. */
  endpoint: z.optional(z.url()),
  /** By organisation: its principal, and a file of mode 0600 with `{accessKeyId, secretAccessKey}`. */
  principals: z.record(z.uuidv4(), z.strictObject({ arn: text, credentials: path })),
});

/** The hsm's configuration. Paths only: PIN, shared credential and access keys are in files of mode 0600. */
export const configSchema = z.strictObject({
  /** `group`: callers of the process's group may connect too, who then need not be the same user. */
  listen: z.strictObject({ socket: path, group: z.optional(z.boolean()) }),
  health: z.strictObject({ socket: path }),
  keystore: z.discriminatedUnion('kind', [software, pkcs11]),
  credentials: z.strictObject({ pin: path, shared: path }),
  /** Size of the RSA keys that uploads are encrypted to. */
  uploadKeyBits: z.optional(z.union([z.literal(3072), z.literal(4096)])),
  aws: z.optional(aws),
});

export type HsmConfig = z.infer<typeof configSchema>;
export type Pkcs11Config = z.infer<typeof pkcs11>;
export type AwsConfig = z.infer<typeof aws>;
