import * as z from 'zod/mini';
import type { Accounts } from '../accounts.ts';
import { AwsError } from '../aws-error.ts';
import { authorize, type Spreading, type Use } from '../grants/authorize.ts';
import type { Asker, KeyRing } from '../keys/key-ring.ts';
import type { KmsKey } from '../keys/kms-key.ts';

/** What there is in this cloud, at the time of a request. */
export type Cloud = Spreading & { readonly accounts: Accounts; readonly ring: KeyRing };

/** The reply's members; null where the model has no output. */
export type Reply = Record<string, unknown> | null;

export type Operation = (body: unknown, asker: Asker, cloud: Cloud) => Reply;

/** An operation that parses its input, as the service's model describes it, before it looks at anything. */
export const operation =
  <T extends z.ZodMiniType>(schema: T, perform: (input: z.infer<T>, asker: Asker, cloud: Cloud) => Reply): Operation =>
  (body, asker, cloud) => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return perform(parsed.data, asker, cloud);
    const [issue] = parsed.error.issues;
    throw new AwsError('ValidationException', `value at '${issue?.path.join('.')}' fails a constraint`);
  };

/** The key a request names, if the asker may do this with it. */
export function allowedKey(keyId: string, asker: Asker, cloud: Cloud, use: Use): KmsKey {
  const key = cloud.ring.find(keyId, asker, use.action);
  authorize(key, asker, use, cloud);
  return key;
}

export const keyId = z.string().check(z.minLength(1), z.maxLength(2048));
export const grantTokens = z.optional(
  z.array(z.string().check(z.minLength(1), z.maxLength(8192))).check(z.maxLength(10)),
);
export const context = z.optional(z.record(z.string().check(z.minLength(1)), z.string()));
export const blob = (limit: number) =>
  z.pipe(
    z.base64(),
    z.transform((text: string, issue) => {
      const bytes = Buffer.from(text, 'base64');
      if (bytes.length < 1 || bytes.length > limit)
        issue.issues.push({ code: 'custom', input: text, message: 'length' });
      return bytes;
    }),
  );
