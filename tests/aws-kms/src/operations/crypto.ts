import * as z from 'zod/mini';
import { AwsError } from '../aws-error.ts';
import { keyIdOf, open, seal } from '../keys/ciphertext.ts';
import type { KmsKey } from '../keys/kms-key.ts';
import { allowedKey, blob, context, grantTokens, keyId, operation } from './operation.ts';
import { requireState } from './require-state.ts';

const algorithm = z.optional(z.enum(['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE']));

export const encrypt = operation(
  z.object({
    KeyId: keyId,
    Plaintext: blob(4096),
    EncryptionContext: context,
    GrantTokens: grantTokens,
    EncryptionAlgorithm: algorithm,
  }),
  (input, asker, cloud) => {
    const bound = input.EncryptionContext ?? {};
    const use = { action: 'Encrypt', context: bound, grantTokens: input.GrantTokens };
    const key = allowedKey(input.KeyId, asker, cloud, use);
    requireUse(key, input.EncryptionAlgorithm);
    return {
      CiphertextBlob: seal(key, input.Plaintext, bound).toString('base64'),
      KeyId: key.arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  },
);

export const decrypt = operation(
  z.object({
    KeyId: z.optional(keyId),
    CiphertextBlob: blob(6144),
    EncryptionContext: context,
    GrantTokens: grantTokens,
    EncryptionAlgorithm: algorithm,
  }),
  (input, asker, cloud) => {
    const bound = input.EncryptionContext ?? {};
    const use = { action: 'Decrypt', context: bound, grantTokens: input.GrantTokens };
    const key = allowedKey(input.KeyId ?? cloud.ring.arnOf(keyIdOf(input.CiphertextBlob)), asker, cloud, use);
    requireUse(key, input.EncryptionAlgorithm);
    if (keyIdOf(input.CiphertextBlob) !== key.id)
      throw new AwsError('IncorrectKeyException', 'the key id in the request is not that of the key that encrypted');
    return {
      KeyId: key.arn,
      Plaintext: open(key, input.CiphertextBlob, bound).toString('base64'),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  },
);

function requireUse(key: KmsKey, wanted = 'SYMMETRIC_DEFAULT'): void {
  requireState(key, 'Enabled');
  if (!key.kind.algorithms.includes(wanted))
    throw new AwsError('InvalidKeyUsageException', `${key.arn} key usage is ${key.kind.usage} with ${key.kind.spec}`);
  if (wanted !== 'SYMMETRIC_DEFAULT')
    throw new AwsError('UnsupportedOperationException', 'this server encrypts with symmetric keys only');
}
