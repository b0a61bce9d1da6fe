import * as z from 'zod/mini';
import { AwsError } from '../aws-error.ts';
import { keyKind } from '../keys/key-kind.ts';
import { keyMetadata } from '../keys/key-metadata.ts';
import { makeKey } from '../keys/kms-key.ts';
import { allowedKey, grantTokens, keyId, operation } from './operation.ts';
import { page, pageInput } from './page.ts';

export const createKey = operation(
  z.object({
    Description: z._default(z.string().check(z.maxLength(8192)), ''),
    KeyUsage: z.optional(z.string()),
    KeySpec: z.optional(z.string()),
    CustomerMasterKeySpec: z.optional(z.string()),
    Origin: z._default(z.enum(['AWS_KMS', 'EXTERNAL']), 'AWS_KMS'),
    MultiRegion: z._default(z.boolean(), false),
    Policy: z.optional(z.string()),
  }),
  (input, asker, { ring, now }) => {
    if (input.Policy !== undefined)
      throw new AwsError('UnsupportedOperationException', 'this server knows the default key policy only');
    const key = makeKey({
      account: asker.account,
      region: asker.region,
      kind: keyKind(input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT', input.KeyUsage),
      origin: input.Origin,
      multiRegion: input.MultiRegion,
      description: input.Description,
      createdAt: now,
    });
    ring.add(key);
    return { KeyMetadata: keyMetadata(key) };
  },
);

export const describeKey = operation(z.object({ KeyId: keyId, GrantTokens: grantTokens }), (input, asker, cloud) => {
  const use = { action: 'DescribeKey', grantTokens: input.GrantTokens };
  return { KeyMetadata: keyMetadata(allowedKey(input.KeyId, asker, cloud, use)) };
});

export const listKeys = operation(z.object(pageInput(100)), (input, asker, { ring }) => {
  const { items, ...more } = page(ring.list(asker), input);
  return { Keys: items.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })), ...more };
});
