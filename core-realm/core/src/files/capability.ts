import { createHash, randomBytes } from 'node:crypto';

/** What a capability address is good for; each for one file, for minutes. */
export type CapabilityPurpose = 'upload' | 'finish' | 'download';

/** 256 random bits: who has the address may use it, and nobody can guess one. */
export const newCapability = (random: (bytes: number) => Buffer = randomBytes): string =>
  random(32).toString('base64url');

/** How the core knows a capability: it keeps no copy that could be used. */
export const capabilityHash = (capability: string): Buffer => createHash('sha256').update(capability).digest();
