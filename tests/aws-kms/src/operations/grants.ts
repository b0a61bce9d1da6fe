import * as z from 'zod/mini';
import { rootOf } from '../accounts.ts';
import { AwsError } from '../aws-error.ts';
import type { Grant } from '../grants/grant.ts';
import { type Asker, denied } from '../keys/key-ring.ts';
import type { KmsKey } from '../keys/kms-key.ts';
import { allowedKey, type Cloud, keyId, operation } from './operation.ts';
import { page, pageInput } from './page.ts';

const grantId = z.string().check(z.minLength(1), z.maxLength(128));
const token = z.string().check(z.minLength(1), z.maxLength(8192));

export const listGrants = operation(
  z.object({
    KeyId: keyId,
    GrantId: z.optional(grantId),
    GranteePrincipal: z.optional(z.string()),
    ...pageInput(50),
  }),
  (input, asker, cloud) => {
    const key = allowedKey(input.KeyId, asker, cloud, { action: 'ListGrants' });
    const wanted = [...key.grants.values()].filter(
      ({ id, grantee, endedAt }) =>
        endedAt === null && id === (input.GrantId ?? id) && grantee === (input.GranteePrincipal ?? grantee),
    );
    const { items, ...more } = page(wanted, input);
    return { Grants: items.map((grant) => listed(key, grant)), ...more };
  },
);

export const revokeGrant = operation(z.object({ KeyId: keyId, GrantId: grantId }), (input, asker, cloud) => {
  const key = allowedKey(input.KeyId, asker, cloud, { action: 'RevokeGrant' });
  living(key, input.GrantId).endedAt = cloud.now;
  return null;
});

/** By its token, or by the key's ARN and its id; who may is said in the grant. */
export const retireGrant = operation(
  z.object({ GrantToken: z.optional(token), KeyId: z.optional(keyId), GrantId: z.optional(grantId) }),
  (input, asker, cloud) => {
    const { key, grant } = namedGrant(input, asker, cloud);
    const mayRetire =
      grant.retiring === asker.arn ||
      (grant.grantee === asker.arn && grant.operations.includes('RetireGrant')) ||
      grant.issuingAccount === asker.account ||
      grant.retiring === rootOf(asker.account);
    if (!mayRetire) throw denied(asker, 'RetireGrant', key.arn);
    grant.endedAt = cloud.now;
    return null;
  },
);

function namedGrant(
  named: { GrantToken?: string | undefined; KeyId?: string | undefined; GrantId?: string | undefined },
  asker: Asker,
  { ring }: Cloud,
): { key: KmsKey; grant: Grant } {
  if (named.GrantToken !== undefined) {
    const { GrantToken: wanted } = named;
    for (const key of ring.all())
      for (const grant of key.grants.values())
        if (grant.endedAt === null && grant.tokens.has(wanted)) return { key, grant };
    throw new AwsError('InvalidGrantTokenException', 'no such grant token');
  }
  if (named.KeyId === undefined || named.GrantId === undefined)
    throw new AwsError('ValidationException', 'a grant is named by its token, or by key and grant id');
  const key = ring.find(named.KeyId, asker, 'RetireGrant');
  return { key, grant: living(key, named.GrantId) };
}

function living(key: KmsKey, id: string): Grant {
  const grant = key.grants.get(id);
  if (grant === undefined || grant.endedAt !== null)
    throw new AwsError('NotFoundException', `Grant ID ${id} not found`);
  return grant;
}

const listed = (key: KmsKey, grant: Grant): Record<string, unknown> => ({
  KeyId: key.arn,
  GrantId: grant.id,
  ...(grant.name !== null && { Name: grant.name }),
  CreationDate: grant.createdAt / 1000,
  GranteePrincipal: grant.grantee,
  ...(grant.retiring !== null && { RetiringPrincipal: grant.retiring }),
  IssuingAccount: rootOf(grant.issuingAccount),
  Operations: grant.operations,
  ...(grant.constraints !== null && { Constraints: grant.constraints }),
});
