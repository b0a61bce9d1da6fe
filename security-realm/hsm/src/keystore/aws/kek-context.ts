import type { KekPlace } from '../../protocol/kek-place.ts';
import type { AmazonKey } from '../../protocol/main-key.ts';
import type { EncryptionContext } from './kms-api.ts';

/**
 * What a KEK's ciphertext is bound to (wires.md §5). It is the customer's to read, in CloudTrail, in clear: ids and no more
 * (byok.md §2.1).
 */
export const kekContext = (
  { keyId, organisationId }: AmazonKey,
  { kekId, version, level, label }: KekPlace,
): EncryptionContext => ({
  app: 'cloister',
  orgId: organisationId,
  keyId,
  kekId,
  kekVersion: String(version),
  level,
  label,
});
