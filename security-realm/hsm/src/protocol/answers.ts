import * as z from 'zod/mini';
import { base64, check, id, label, parser, plaintext, purpose, uuid, wrapped } from './fields.ts';
import { rewrappedKek } from './rewrapping.ts';

const keystore = z.enum(['software', 'pkcs11']);
const word = z.string().check(z.regex(/^[a-z][a-z-]{0,63}$/));
const code = z.string().check(z.regex(/^hsm\/[a-z-]{1,64}$/));
const text = (limit: number) => z.string().check(z.maxLength(limit));

const answer = z.union([
  z.strictObject({ id, error: z.strictObject({ code, reason: z.optional(word) }) }),
  z.strictObject({ id, result: z.record(z.string(), z.unknown()) }),
]);
const key = z.strictObject({ keyId: uuid, check });
const description = z.strictObject({
  keystore: z.enum(['software', 'pkcs11', 'aws-kms']),
  organisationId: uuid,
  purpose: z.optional(purpose),
  label: z.optional(label),
  createdAt: z.optional(z.iso.datetime()),
  module: z.optional(text(200)),
  protection: z.enum(['software', 'token', 'aws-kms']),
});
const diagnosis = z.strictObject({
  arn: text(2048),
  principalArn: z.nullable(text(2048)),
  keyState: z.nullable(text(64)),
  keySpec: z.nullable(text(64)),
  keyUsage: z.nullable(text(64)),
  missing: z.array(z.enum(['Encrypt', 'Decrypt', 'DescribeKey'])),
  fault: z.nullable(code),
  reason: z.optional(word),
});

export type KeyPurpose = z.infer<typeof purpose>;
/** A key as its caller knows it: `check` is b64 of the 16 bytes that tell whether it is still the same material. */
export type HsmKey = Readonly<z.infer<typeof key>>;
/** What is known of a key. `protection` shows wherever a person sees the key. */
export type HsmKeyDescription = Readonly<z.infer<typeof description>>;
/** What stands between us and a key at Amazon. */
export type KeyDiagnosis = Readonly<z.infer<typeof diagnosis>>;

export const parseHello = parser(z.strictObject({ challenge: base64(32), keystore }));
export const parseProofOfCaller = parser(z.strictObject({ challenge: base64(32), proof: base64(32) }));
export const parseProofOfHsm = parser(z.strictObject({ proof: base64(32) }));
export const parseHsmAnswer = parser(answer);
export const parseHsmKey = parser(key);
export const parsePublicKey = parser(z.strictObject({ publicKey: text(4096) }));
export const parseCheck = parser(z.strictObject({ check }));
export const parseWrapped = parser(z.strictObject({ wrapped }));
export const parsePlaintext = parser(z.strictObject({ plaintext }));
export const parseRewrapped = parser(z.strictObject({ keks: z.array(rewrappedKek) }));
export const parseDescription = parser(description);
export const parseDiagnosis = parser(diagnosis);
export const parsePrincipal = parser(z.strictObject({ arn: z.nullable(text(2048)) }));
export const parseEmpty = parser(z.strictObject({}));
