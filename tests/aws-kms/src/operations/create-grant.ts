import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { AwsError } from '../aws-error.ts';
import { authorize } from '../grants/authorize.ts';
import type { Grant } from '../grants/grant.ts';
import type { KmsKey } from '../keys/kms-key.ts';
import { context, grantTokens, keyId, operation } from './operation.ts';
import { requireState } from './require-state.ts';

const principal = z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^[\w+=,.@:/-]+$/));
const grantOperation = z.enum([
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'CreateGrant',
  'RetireGrant',
  'DescribeKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
]);
const input = z.object({
  KeyId: keyId,
  GranteePrincipal: principal,
  RetiringPrincipal: z.optional(principal),
  Operations: z.array(grantOperation).check(z.minLength(1)),
  Constraints: z.optional(z.object({ EncryptionContextSubset: context, EncryptionContextEquals: context })),
  GrantTokens: grantTokens,
  Name: z.optional(z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^[a-zA-Z0-9:/_-]+$/))),
});

export const createGrant = operation(input, (given, asker, cloud) => {
  const key = cloud.ring.find(given.KeyId, asker, 'CreateGrant');
  const by = authorize(key, asker, { action: 'CreateGrant', grantTokens: given.GrantTokens }, cloud);
  requireState(key, 'Enabled');
  for (const arn of [given.GranteePrincipal, given.RetiringPrincipal ?? given.GranteePrincipal])
    if (!cloud.accounts.isPrincipal(arn)) throw new AwsError('InvalidArnException', `${arn} is no principal`);
  // Who may make grants by a grant may give away no more than it has.
  if (by !== null && given.Operations.some((each) => !by.operations.includes(each)))
    throw new AwsError('AccessDeniedException', 'a grant cannot allow more than the grant it is made by');
  const grant = sameGrant(key, given) ?? newGrant(key, given, asker.account, cloud.now);
  const token = randomBytes(96).toString('base64');
  grant.tokens.add(token);
  return { GrantToken: token, GrantId: grant.id };
});

type Given = z.infer<typeof input>;

// The same request under the same name is the same grant, with another token.
const sameGrant = (key: KmsKey, given: Given): Grant | undefined =>
  given.Name === undefined
    ? undefined
    : [...key.grants.values()].find(
        (grant) =>
          grant.endedAt === null &&
          isDeepStrictEqual(
            [grant.name, grant.grantee, grant.retiring, grant.operations, grant.constraints],
            [
              given.Name,
              given.GranteePrincipal,
              given.RetiringPrincipal ?? null,
              given.Operations,
              given.Constraints ?? null,
            ],
          ),
      );

function newGrant(key: KmsKey, given: Given, issuingAccount: string, now: number): Grant {
  const grant = {
    id: randomBytes(32).toString('hex'),
    name: given.Name ?? null,
    grantee: given.GranteePrincipal,
    retiring: given.RetiringPrincipal ?? null,
    issuingAccount,
    operations: given.Operations,
    constraints: given.Constraints ?? null,
    tokens: new Set<string>(),
    createdAt: now,
    endedAt: null,
  };
  key.grants.set(grant.id, grant);
  return grant;
}
