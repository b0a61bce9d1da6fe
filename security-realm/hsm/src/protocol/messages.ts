import { CloisterError } from '@cloister/wire';
import * as z from 'zod/mini';

const uuid = z.string().check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
const base64 = (limit: number) =>
  z.string().check(z.maxLength(limit), z.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/));
const label = z.string().check(z.minLength(1), z.maxLength(64), z.regex(/^[a-z0-9:.-]+$/));
const purpose = z.enum(['main', 'channel']);
const version = z.int().check(z.minimum(1), z.maximum(1_000_000));
const id = z.int().check(z.minimum(0));

/** Largest plaintext that one wrap takes, in bytes: a wrapped private key is the longest thing that comes here. */
export const PLAINTEXT_LIMIT = 16 * 1024;
const plaintext = base64(Math.ceil(PLAINTEXT_LIMIT / 3) * 4);
const aad = base64(4096);

const request = z.discriminatedUnion('op', [
  z.strictObject({ id, op: z.literal('ensureKey'), organisationId: uuid, purpose, label }),
  z.strictObject({ id, op: z.literal('createKey'), organisationId: uuid, purpose, label }),
  z.strictObject({ id, op: z.literal('addVersion'), keyId: uuid }),
  z.strictObject({ id, op: z.literal('wrap'), keyId: uuid, plaintext, aad }),
  z.strictObject({ id, op: z.literal('unwrap'), keyId: uuid, version, wrapped: plaintext, aad }),
  z.strictObject({ id, op: z.literal('describe'), keyId: uuid }),
  z.strictObject({ id, op: z.literal('destroy'), keyId: uuid }),
]);
const hello = z.strictObject({ challenge: base64(44), keystore: z.literal('software') });
const proofOfCaller = z.strictObject({ challenge: base64(44), proof: base64(44) });
const proofOfHsm = z.strictObject({ proof: base64(44) });
const answer = z.union([
  z.strictObject({ id, error: z.strictObject({ code: z.string().check(z.regex(/^hsm\/[a-z-]+$/)) }) }),
  z.strictObject({ id, result: z.record(z.string(), z.unknown()) }),
]);
const keyResult = z.strictObject({ keyId: uuid, version, check: base64(64) });
const description = z.strictObject({
  keystore: z.literal('software'),
  organisationId: uuid,
  purpose,
  label,
  version,
  createdAt: z.string(),
});

export type HsmRequest = z.infer<typeof request>;
export type KeyPurpose = z.infer<typeof purpose>;
/** A key as its caller knows it: `check` is a fingerprint that tells whether it is still the same material. */
export type HsmKey = z.infer<typeof keyResult>;
/** What the keystore says of a key. `keystore: "software"` shows wherever a person sees the key. */
export type HsmKeyDescription = z.infer<typeof description>;

const parser =
  <T extends z.ZodMiniType>(schema: T) =>
  (value: unknown): z.infer<T> => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new CloisterError('hsm/invalid-request');
    return parsed.data as z.infer<T>;
  };

/** Each parser takes a frame's value and throws `hsm/invalid-request` on anything else than its message. */
export const parseHsmRequest = parser(request);
export const parseHello = parser(hello);
export const parseProofOfCaller = parser(proofOfCaller);
export const parseProofOfHsm = parser(proofOfHsm);
export const parseHsmAnswer = parser(answer);
export const parseHsmKey = parser(keyResult);
export const parseDescription = parser(description);
export const parseWrapped = parser(z.strictObject({ wrapped: plaintext, version }));
export const parsePlaintext = parser(z.strictObject({ plaintext }));
export const parseEmpty = parser(z.strictObject({}));
