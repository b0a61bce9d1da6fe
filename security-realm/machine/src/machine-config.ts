import { isKmsHost, isUuid, type KmsHost, type MachineId } from '@cloister/wire';
import * as z from 'zod/mini';

const path = z.string().check(z.minLength(1));
const url = z.string().check(z.regex(/^https?:\/\//));

/** What the configuration of every machine account's process says. The machine's private key is in a file of mode 0600. */
export const machineConfig = {
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
};

const whole = z.strictObject(machineConfig);

export type MachineConfig = z.infer<typeof whole>;
