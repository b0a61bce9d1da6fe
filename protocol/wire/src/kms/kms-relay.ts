import * as z from 'zod/mini';
import { compactJwe } from '../json/compact.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { list, text } from '../json/schemas.ts';
import type { KmsHost } from '../kms-uri/kms-host.ts';
import { isKmsHost } from '../kms-uri/kms-host.ts';

/** How long one sealed KMS message may be. */
export const maxKmsMessageLength = 384 * 1024;

/** `kms://host`, or the bare host that one independent client sends (kms.md §1.1). */
const destination = z.pipe(
  text(260),
  z.transform((value) => (value.startsWith('kms://') ? value.slice('kms://'.length) : value)),
);

const kmsMessagesRequest = z.object({
  destination: z.pipe(destination, z.custom<KmsHost>(isKmsHost)),
  kmsMessages: list(compactJwe(maxKmsMessageLength), 100).check(z.minLength(1)),
});

/** `POST {encryption}/kms/messages`: sealed messages for a key server. */
export type KmsMessagesRequest = z.infer<typeof kmsMessagesRequest>;

/** @throws CloisterError with a `wire/…` code */
export const parseKmsMessagesRequest = (input: Untrusted): KmsMessagesRequest =>
  parseWith(kmsMessagesRequest, input, 4 * 1024 * 1024);

const kmsDiscovery = z.object({ kmsCluster: text(260), rsaPublicKey: text(64 * 1024) });

/** `GET {encryption}/kms/{user}`. `rsaPublicKey` is a JSON *string*: published clients parse it themselves (kms.md §1.1). */
export type KmsDiscovery = z.infer<typeof kmsDiscovery>;

/** @throws CloisterError with a `wire/…` code */
export const parseKmsDiscovery = (input: Untrusted): KmsDiscovery => parseWith(kmsDiscovery, input);

export { kmsDiscovery as kmsDiscoverySchema };
